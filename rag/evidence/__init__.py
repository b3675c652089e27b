"""From hits to quotes, how sure they are, and what is missing where they do not answer."""
