"""What a question asks: follow-ups, filters, sides, and what the catalogue answers."""
