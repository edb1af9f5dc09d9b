"""Telling a shop: what happened, whom to tell, and the call itself."""
