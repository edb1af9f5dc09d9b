"""A stand-in for Stripe's API on this machine, checked against Stripe's own OpenAPI.

Product code talks to it through the real SDK; only the API's base address differs. Stripe cannot
run here, and a hand-written fake drifts into a toy, so every request, answer and event is held
against the specification Stripe publishes (`wire/openapi.py`).
"""
