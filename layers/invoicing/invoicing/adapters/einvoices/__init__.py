"""The XML of an e-invoice and the official rules that it must pass."""
