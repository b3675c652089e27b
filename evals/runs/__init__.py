"""A run: cases asked, replies graded, and both kept in a folder."""
