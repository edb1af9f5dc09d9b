"""Browsers: which language theirs asks for, and what one may do with a page of ours."""

import base64
import hashlib
from typing import get_args

from invoicing.parties import Language
from invoicing.views.pages import Page

_SPOKEN: tuple[Language, ...] = get_args(Language)


GUARDED = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",  # of a file; a page says more
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What guards whatever is answered to a browser: pages, files, the way to another address."""


def preferred_language(accepted: str | None) -> Language:
    """Choose from Accept-Language (RFC 9110, 12.5.4) where no invoice tells; English otherwise."""
    wishes = [wish.partition(";") for wish in (accepted or "").split(",")]
    ranked = sorted(wishes, key=lambda wish: _weight(wish[2]), reverse=True)
    spoken: dict[str, Language] = {language: language for language in _SPOKEN}
    asked = (spoken.get(tag.strip()[:2].lower()) for tag, _, _ in ranked)
    return next((language for language in asked if language), "en")


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    digits = value.replace(".", "", 1)
    return float(value) if name == "q" and digits.isdecimal() and digits.isascii() else 1.0


def headers(page: Page, *, style: str, checkout: str) -> dict[str, str]:
    """Give what a page has beside what guards every answer: nothing runs, nothing is loaded.

    `style` is the text of the one style element; `checkout` the origin to which paying leads, which
    a browser checks against form-action when the POST is answered by a redirect.
    """
    policy = {
        "default-src": "'none'",
        "style-src": f"'{_csp_hash(style)}'",
        "form-action": f"'self' {checkout}",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    refresh = {"Refresh": str(page.refresh_after)} if page.refresh_after else {}
    return refresh | {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": page.language,
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }


def _csp_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()
