"""Which changes of the tables a shop may want to know of, read off the stream's image alone."""

import json

from invoicing.adapters import aws
from invoicing.adapters.operations import request_items
from invoicing.ledger import Place
from invoicing.records import plain
from invoicing.webhooks import Subject

_NEWS_OF_MAILS = {"DELIVERED", "BOUNCED", "COMPLAINED"}
_NEWS_OF_REQUESTS = {"HELD", "CANCELLED"}


def of(item: aws.Item) -> tuple[str, Subject | None]:
    """Give the seller and what it is about; nothing for what concerns no shop."""
    match item:
        case {"type": "DOC", "place": text}:
            place = Place.model_validate_json(text)
            told = place.series.kind != "closing"
            return place.series.seller, Subject(kind="document", place=place) if told else None
        case {"type": "NOTICE", "key": text, "state": str(state)} if state in _NEWS_OF_MAILS:
            key = json.loads(text)
            return key["seller"], Subject(kind="mail", key=key, state=state)
        case {"type": "REQ", "state": str(state)} if state in _NEWS_OF_REQUESTS:
            request = request_items.key_of(item)
            subject = Subject(kind="request", key=plain(request), state=state)
            return request.series.seller, subject
        case {"type": "CASE", "key": text}:
            key = json.loads(text)
            return key["seller"], Subject(kind="case", key=key)
    return "", None
