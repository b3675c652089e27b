"""Cases, scorers, runs, what each part of answering is worth, and the tables that say so."""
