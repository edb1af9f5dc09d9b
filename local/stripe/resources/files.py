"""Files that are uploaded: only what a dispute's evidence needs of them."""

from local.stripe.accounts import Account, new_id
from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Resource

KIND = "file"
CREATE = ("file", "purpose")
MOST_BYTES = 5_000_000  # of evidence
_TYPES = {"%PDF-": "pdf", "\x89PNG": "png", "\xff\xd8\xff": "jpg"}


def create(account: Account, asked: Resource) -> Resource:
    """POST /v1/files, at files.stripe.com; the content is looked at and not kept."""
    content = asked["file"]
    kind = next((kind for start, kind in _TYPES.items() if content.startswith(start)), None)
    if not kind or len(content) > MOST_BYTES:
        raise StripeError("Evidence is a PDF, a JPEG or a PNG of 5 MB at most.", param="file")
    return account.keep(
        {
            "id": new_id("file_1"),
            "object": KIND,
            "created": account.now(),
            "purpose": asked["purpose"],
            "size": len(content),
            "type": kind,
        }
    )


def retrieve(account: Account, _: Resource, *, file: str) -> Resource:
    """GET /v1/files/{file}."""
    return account.find(KIND, file, param=KIND)
