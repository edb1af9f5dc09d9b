"""Pictures of every document, to be looked at."""
