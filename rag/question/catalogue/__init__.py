"""What the library's catalogue answers by itself: how it is asked, and what it says."""
