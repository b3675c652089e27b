"""Whether what judges can be trusted: held against people's labels, and against seeded defects."""
