"""How fast it is, and with how many people and papers."""
