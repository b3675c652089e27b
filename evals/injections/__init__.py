"""Hostile papers: made, asked about, and what came of them."""
