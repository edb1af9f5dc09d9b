"""Business terms written as XML, CII or UBL, by the factur-x package.

Its own checks stay off: they ask a server that is not there, and then pass whatever it is. The
official rules are asked in `schematron`. It is imported at first use and without what it needs for
PDFs and servers, which takes 27 MB and most of half a second; its logger is silenced because it
would print invoices.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from types import ModuleType
from typing import Any, Protocol

from invoicing.archive import Syntax
from invoicing.einvoice.values import Terms

_EN16931 = "urn:cen.eu:en16931:2017"
_NOT_FOR_WRITING = ("pypdf", "pypdf.generic", "requests")
_VERSION = b"  <cbc:UBLVersionID>2.1</cbc:UBLVersionID>\n"


def write(terms: Terms, syntax: Syntax = "cii") -> bytes:
    """Write Factur-X EN 16931, or UBL 2.1 by the specification of BT-24; always the same bytes."""
    return _cii(terms) if syntax == "cii" else _ubl(terms)


def _cii(terms: Terms) -> bytes:
    return _generated({key: value for key, value in terms.items() if key != "BT-24"}, "factur-x")


def _ubl(terms: Terms) -> bytes:
    """Put right what the package does its own way.

    It leaves out the seller's order (BT-14) where there is none of the buyer's: the UBL element
    needs both, and NA stands for the missing one (Peppol BIS Billing 3, 6.5). It states every
    rounding amount (BT-114) in euro, knows no specification of networks (BT-24), and names the
    version of UBL, which no business term has (UBL-CR-001).
    """
    named = {"BT-13": "NA"} if "BT-14" in terms else {}
    xml = _generated(named | {key: terms[key] for key in terms if key != "BT-24"}, "ubl-2.1")
    for element, theirs, ours in (
        ("<cbc:CustomizationID>{}<", _EN16931, terms.get("BT-24", _EN16931)),
        ('<cbc:PayableRoundingAmount currencyID="{}">', "EUR", terms["BT-5"]),
    ):
        xml = xml.replace(element.format(theirs).encode(), element.format(ours).encode(), 1)
    return xml.replace(_VERSION, b"", 1)


def _generated(terms: Terms, flavor: str) -> bytes:
    return _generator()(
        deepcopy(terms),  # it adds and converts in what it is given
        flavor=flavor,
        level="en16931",
        check_xsd=False,
        check_schematron=False,
    )


class _Generator(Protocol):
    def __call__(
        self, data_dict: Terms, *, flavor: str, level: str, check_xsd: bool, check_schematron: bool
    ) -> bytes: ...


@cache
def _generator() -> _Generator:
    with _stand_ins(*_NOT_FOR_WRITING):
        from facturx import generate_xml  # type: ignore[import-untyped]  # noqa: PLC0415

    logging.getLogger("factur-x").disabled = True
    generator: _Generator = generate_xml
    return generator


class _StandIn(ModuleType):
    """Has every name that is imported from it; none does anything."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


@contextmanager
def _stand_ins(*names: str) -> Iterator[None]:
    """Let these be imported as nothing; what was there already, or comes later, is the real one."""
    absent = {name: _StandIn(name) for name in names if name not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
