"""Facturier's domain: pure modules, one noun each, imported one way.

The import order is records, money, parties, orders, vat.tax, invoices, drafts, ledger, then what
follows from an issued document. `vat` decides treatment and rate, `law` which sentences and
channels a day prescribes, `views` what people read. Nothing in the core reads a clock, the
environment or the network; `adapters` does.
"""

import gc

# A start makes a hundred thousand objects, and nearly all of them stay: the collector would look
# them through again and again. Here, because every function imports this first.
gc.set_threshold(200_000)
