"""Whether a sentence is borne out by what it cites: the layers of the check, and its policy."""
