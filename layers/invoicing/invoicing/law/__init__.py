"""What the law wants on an invoice, as dated tables: one module a country, Europe for all others.

A row says what it wants, when, in which words and by which rule, from its first day to its last.
A new law is a new row beside the old one: an invoice of any day can be explained as of that day.
"""
