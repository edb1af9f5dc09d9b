"""Facturier's domain: pure modules, one noun each, imported one way.

The import order is records, money, parties, orders, vat.tax, invoices, ledger, then what follows
from an issued document. `vat` decides treatment and rate, `law` which sentences and channels a day
prescribes, `views` what people read. Nothing in the core reads a clock, the environment or the
network; `adapters` does.
"""
