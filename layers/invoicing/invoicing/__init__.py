"""Facturier's domain: pure modules, one noun each, imported one way.

The import order is records, money, parties, orders, tax, invoices, ledger, then what follows from
an issued document. Nothing here reads a clock, the environment or the network; `adapters` does.
"""
