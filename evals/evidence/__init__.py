"""How well quotes are chosen, and how sure they are: what that rests on is fitted here."""
