"""Cited summaries and comparison tables: trees of sentences over their quotes."""
