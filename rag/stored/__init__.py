"""What a library keeps: the catalogue, and the words and vectors derived from it."""
