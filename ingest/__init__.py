"""Sources in, papers merged, chunks indexed."""
