"""A layer with one word in it."""

WORDS = "good day"
