"""An event on its way to one endpoint, and how Stripe signs it."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Letter:
    """An event on its way to an endpoint; several secrets sign while one is being rolled."""

    event: str
    type: str
    endpoint: str
    url: str
    secrets: tuple[str, ...]
    body: bytes
    attempt: int = 1


def signature(body: bytes, secrets: tuple[str, ...], *, at: int) -> str:
    """Sign for `Stripe-Signature`: HMAC-SHA256 over time and raw body, one v1 a secret."""
    signed = f"{at}.".encode() + body
    marks = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={at}", *(f"v1={mark}" for mark in marks)])


def send(letter: Letter) -> int:
    """Send once. The signature is of this attempt, in real time: receivers allow 300 seconds."""
    url = urlsplit(letter.url)
    connect = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = connect(url.hostname or "", url.port, timeout=TIMEOUT_SECONDS)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(letter.body, letter.secrets, at=int(time.time())),
    }
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        connection.request("POST", path, letter.body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
