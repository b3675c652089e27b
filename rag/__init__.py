"""The library and the answering: a question in, a cited Answer out."""
