"""The HTTP side: the API, and what stands before every request."""
