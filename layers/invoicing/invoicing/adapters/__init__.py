"""The only place that imports boto3, stripe, weasyprint, jinja2 and saxonche."""

from invoicing.adapters import snapshots

snapshots.register()
