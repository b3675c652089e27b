"""Cases made: by hand, from votes, by a chat model; and what is wrong with a file of them."""
