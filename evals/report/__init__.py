"""A run as a page, as Markdown and as JSON: all that is shown of it is gathered once."""
