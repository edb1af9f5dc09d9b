"""Codes of payment means (BT-81, UNTDID 4461), which each network takes others of."""

from collections.abc import Mapping

from invoicing.invoices import Contents

_PLAIN = {
    "card": "48",
    "transfer": "42",  # 30 and 58 would need an account (BR-61), which the seller may not have
    "direct_debit": "49",
    "wallet": "68",
    "cash": "10",
    "other": "1",
}
_AMONG_GERMANS = _PLAIN | {
    "card": "68",  # 48 would need the card's number (BR-DE-24-a, DE-R-024-1)
    "direct_debit": "1",  # 49 would need the mandate (PEPPOL-EN16931-R061)
}
_ON_PEPPOL = {
    "card": "48",
    "transfer": "1",  # 42 would need an account (DK-R-006)
    "direct_debit": "1",  # 49 would need the mandate (PEPPOL-EN16931-R061)
    "wallet": "48",  # 68 is unknown to some states (DK-R-005)
    "cash": "10",
    "other": "1",
}
_AMONG_DUTCH = dict.fromkeys(_ON_PEPPOL, "57") | {"card": "48", "wallet": "48"}  # NL-R-008
_AT_HOME = {"DE": _AMONG_GERMANS, "NL": _AMONG_DUTCH}
_SET_OFF = "97"  # between partners: set off or refunded, no account is asked for


def received(draft: Contents) -> Mapping[str, str]:
    """Give the code of each way that a payment came."""
    match draft.profile:
        case "xrechnung":
            return _AMONG_GERMANS
        case "peppol":
            return _AT_HOME.get(_home(draft), _ON_PEPPOL)
        case _:
            return _PLAIN


def asked_for(draft: Contents) -> str:
    """Give the code of the transfer that is asked for, to an account that is named."""
    if draft.currency == "EUR":
        return "58"
    return "42" if draft.seller.address.country == "DK" else "30"  # DK-R-005


def given_back(draft: Contents) -> str:
    """Give the code of what a credit note gives back."""
    dutch = draft.profile == "peppol" and _home(draft) == "NL"
    return _AMONG_DUTCH["other"] if dutch else _SET_OFF


def _home(draft: Contents) -> str:
    """Give the country of both parties, "" where they have not the same."""
    country = draft.seller.address.country
    return country if draft.buyer.address.country == country else ""
