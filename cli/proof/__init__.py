"""A seller's books as one file that an outsider can check, and the way back from it."""
