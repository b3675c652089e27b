"""What chat models and summaries write: what stands, what it covers, what is made up."""
