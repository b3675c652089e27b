"""Cases, scorers, runs and the tables they print."""
