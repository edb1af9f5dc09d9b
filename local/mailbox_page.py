"""The mailbox as a person and a test see it.

A message is a stranger's text: it is escaped, and its HTML is shown in a sandboxed frame that runs
no script. Its links open a new window, so that a reader can follow the way to the payment page.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from local.postbox import Mail

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid #ddd; padding: .5rem; text-align: left; vertical-align: top }
iframe { border: 1px solid #ddd; height: 40rem; width: 100% }
pre { background: #f6f6f6; overflow: auto; padding: 1rem; white-space: pre-wrap }
"""


def summary(mail: Mail) -> Mapping[str, Any]:
    """Describe a message for a test."""
    envelope = mail.envelope
    return {
        "id": envelope.id,
        "at": envelope.at,
        "sender": envelope.sender,
        "recipients": list(envelope.recipients),
        "subject": mail.subject,
        "attachments": _file_names(mail),
        "configuration_set": envelope.configuration_set,
        "tags": dict(envelope.tags),
    }


def listing(mails: Sequence[Mail]) -> Response:
    """List the messages, newest first."""
    rows = "".join(_row(mail) for mail in reversed(mails))
    head = "<tr><th>Subject<th>To<th>Time<th>Attachments"
    return _page("Mailbox", f"<table>{head}{rows}</table>" if rows else "<p>No messages yet.</p>")


def reading(mail: Mail) -> Response:
    """Show one message with its headers, text and files."""
    place = f"/messages/{mail.envelope.id}"
    headers = "".join(
        f"<tr><th>{escape(name)}<td>{escape(str(value))}" for name, value in mail.message.items()
    )
    files = "".join(
        f'<li><a href="{place}/attachments/{number}">{escape(name)}</a>'
        for number, name in enumerate(_file_names(mail))
    )
    parts = [
        f'<p><a href="/">All messages</a> · <a href="{place}/raw">Raw</a></p>',
        f"<ul>{files}</ul>",
        _frame(mail.text("html")),
        f"<pre>{escape(mail.text('plain'))}</pre>",
        f"<details><summary>Headers and tags</summary><table>{headers}</table>",
        f"<pre>{escape(json.dumps(summary(mail), indent=2))}</pre></details>",
    ]
    return _page(mail.subject, "".join(parts))


def raw(mail: Mail) -> Response:
    """Give the message as text."""
    return Response(mail.raw, content_type="text/plain; charset=utf-8")


def attachment(mail: Mail, number: int) -> Response:
    """Give one attached file; only a PDF is shown in the browser, all else is saved."""
    if number >= len(mail.attachments):
        raise NotFound
    part = mail.attachments[number]
    shown = "inline" if part.get_content_type() == "application/pdf" else "attachment"
    response = Response(part.get_payload(decode=True), content_type=part.get_content_type())
    response.headers.set("content-disposition", shown, filename=_file_names(mail)[number])
    response.headers["x-content-type-options"] = "nosniff"
    return response


def _row(mail: Mail) -> str:
    cells = [
        f'<a href="/messages/{mail.envelope.id}">{escape(mail.subject or "(no subject)")}</a>',
        escape(", ".join(mail.envelope.recipients)),
        datetime.fromtimestamp(mail.envelope.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        escape(", ".join(_file_names(mail))),
    ]
    return "<tr>" + "".join(f"<td>{cell}" for cell in cells)


def _file_names(mail: Mail) -> Sequence[str]:
    return [part.get_filename() or f"part-{number}" for number, part in enumerate(mail.attachments)]


def _frame(html: str) -> str:
    if not html:
        return ""
    inside = escape(f'<base target="_blank">{html}')
    allowed = "allow-popups allow-popups-to-escape-sandbox"
    return f'<iframe title="Message" sandbox="{allowed}" srcdoc="{inside}"></iframe>'


def _page(title: str, body: str) -> Response:
    head = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
    )
    return Response(
        f"{head}<h1>{escape(title)}</h1>{body}", content_type="text/html; charset=utf-8"
    )
