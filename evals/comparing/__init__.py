"""What a run comes to, and whether one run is better than another."""
