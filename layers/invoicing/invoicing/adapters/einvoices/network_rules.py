"""Asks the rules of Peppol BIS Billing 3 and XRechnung 3, as the mock-einvoice package has them.

Their Schematron is in no package; this one has every rule under its published id, in Python. It
tells from BT-24 which of the two it is. Its copy of EN 16931 is left out: `schematron` asks the
official one.
"""

from invoicing.errors import Reason

_TITLES = {"peppol": "Peppol BIS Billing 3", "xrechnung": "XRechnung 3"}


def findings(ubl: bytes) -> list[Reason]:
    """Give what the network that the XML names has against it; [] if nothing.

    What the package cannot judge is a finding too, and warnings are none.
    """
    from mockeinvoice import validate  # type: ignore[import-not-found]  # noqa: PLC0415  on use only
    from mockeinvoice.rules import published  # type: ignore[import-not-found]  # noqa: PLC0415

    _, report = validate(ubl)
    title = _TITLES[report.specification]
    found = [
        Reason(code=each.code, message=f"{each.path}: {each.text}", rule=f"{title}, {each.code}")
        for each in report.failures
        if each.code not in published.EN16931
    ]
    if not found and report.unasked:
        return [Reason(code="not_judged", message="a rule could not be asked", rule=title)]
    return found
