"""Business terms written as Cross Industry Invoice XML, by the factur-x package.

Its own checks stay off: they ask a server that is not there, and then pass whatever it is. The
official rules are asked in `schematron`. It is imported at first use because that takes half a
second, and its logger is silenced because it would print invoices.
"""

import logging
from copy import deepcopy
from functools import cache
from typing import Protocol

from invoicing.einvoice import Terms


def write(terms: Terms) -> bytes:
    """Write Factur-X EN 16931; the same terms make the same bytes."""
    return _generator()(
        deepcopy(terms),  # it adds and converts in what it is given
        flavor="factur-x",
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
    from facturx import generate_xml  # type: ignore[import-untyped]  # noqa: PLC0415  on use only

    logging.getLogger("factur-x").disabled = True
    generator: _Generator = generate_xml
    return generator
