"""The call to a shop's endpoint. Its address is a stranger's, so nothing that it says is trusted.

Only https, and only to an address that everybody reaches: the name is resolved once, every address
of it is looked at, and the call goes to the address that was looked at, so that a second answer of
the name server cannot lead inside. No redirect is followed; nothing of the answer is read but its
status.
"""

import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import override
from urllib.parse import SplitResult, urlsplit

from invoicing import settings

SECONDS = 5.0  # for connecting, and for each piece of the answer
_NAT64 = ip_network("64:ff9b::/96")  # whose addresses stand for others of IPv4
_USER_AGENT = "Facturier (Standard Webhooks)"


class UnsafeEndpointError(ValueError):
    """An address that no shop of the internet has."""


def check(url: str) -> SplitResult:
    """Read an endpoint's address; UnsafeEndpointError unless it is https and names a host."""
    parts = urlsplit(url)
    scheme_fits = parts.scheme == "https" or (_anywhere() and parts.scheme == "http")
    if not scheme_fits or not parts.hostname or parts.username or parts.password or parts.fragment:
        raise UnsafeEndpointError("an endpoint is https://host/path, without user or fragment")
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post, give the status; UnsafeEndpointError, OSError, HTTPException if nobody answered."""
    parts = check(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(parts.hostname or "", port)
    kind = _Pinned if parts.scheme == "https" else _PinnedPlain
    connection = kind(parts.hostname or "", port, timeout=SECONDS)
    connection.address = address
    sent = {"Content-Type": "application/json", "User-Agent": _USER_AGENT, **headers}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, sent)
        return connection.getresponse().status
    finally:
        connection.close()


def told(error: Exception) -> str:
    """Name what went wrong in a word or two; never what an endpoint wrote."""
    match error:
        case UnsafeEndpointError():
            return "address not allowed"
        case TimeoutError():
            return "no answer in time"
        case ssl.SSLError():
            return "certificate not accepted"
        case socket.gaierror():
            return "host not found"
        case HTTPException():
            return "no HTTP"
    return "no connection"


def _address(host: str, port: int) -> str:
    """Resolve a host; UnsafeEndpointError if any of its addresses is not public."""
    found = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = [ip_address(f"{each}".partition("%")[0]) for each in found]
    if not _anywhere() and not all(map(_is_public, addresses)):
        raise UnsafeEndpointError("its address is not public")
    return f"{addresses[0]}"


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped:
        return _is_public(mapped)
    return address.is_global and not address.is_multicast and address not in _NAT64


def _anywhere() -> bool:
    return settings.optional("WEBHOOKS_ANYWHERE") == "true"


class _PinnedPlain(HTTPConnection):
    """Goes to an address that was looked at, under the name that it was asked for."""

    address: str

    @override
    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _Pinned(HTTPSConnection):
    """The same with TLS: the certificate must be the name's."""

    address: str

    @override
    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(plain, server_hostname=self.host)
