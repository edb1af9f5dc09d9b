"""Where a list goes on: cursors, which a caller gives back as they came."""

import base64
import json

from pydantic import ValidationError

from invoicing.adapters.operations.agenda_index import Mark
from invoicing.errors import UnknownCursorError
from invoicing.records import plain


def written(mark: Mark | None) -> str | None:
    """Write where a list was left; None where it ended."""
    if not mark:
        return None
    return base64.urlsafe_b64encode(json.dumps(plain(mark)).encode()).decode()


def read(cursor: str | None) -> Mark | None:
    """Read a cursor, None being the beginning of a list; UnknownCursorError for what is none."""
    if not cursor:
        return None
    try:
        return Mark.model_validate_json(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, ValidationError) as error:
        raise UnknownCursorError from error
