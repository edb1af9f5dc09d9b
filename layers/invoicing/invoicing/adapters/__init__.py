"""The only place that imports boto3, stripe, weasyprint, jinja2 and saxonche."""

import gc

# A start makes half as many objects, and nearly all of them stay: the collector would look them
# through again and again. Here, because every function passes here and nothing else does.
gc.set_threshold(200_000)

from invoicing.adapters import snapshots  # noqa: E402  after what makes it quick

snapshots.register()
