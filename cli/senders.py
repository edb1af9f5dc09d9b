"""Whom SES lets send: the seller's address, and his domain, which signs for it (DKIM).

SES writes to the address once, and its owner's click is enough to send. The domain's records are
for whoever keeps its DNS: from the day they are there SES signs each mail with the domain's own
key, for all addresses of it, and mailboxes that ask for DKIM and DMARC let it in.
"""

from typing import Any

import boto3
from botocore.exceptions import ClientError

_LENGTH = "RSA_2048_BIT"
_USUAL_ZONE = "dkim.amazonses.com"  # regions that began later have one of their own, and say so

Record = dict[str, str]


def introduce(address: str) -> list[Record]:
    """Ask SES to verify an address and its domain; give the DNS records that are still missing."""
    domain = address.rpartition("@")[2]
    _make(address)
    signing = _make(domain, DkimSigningAttributes={"NextSigningKeyLength": _LENGTH})
    if signing.get("Status") == "SUCCESS":
        return []
    zone = signing.get("SigningHostedZone") or _USUAL_ZONE
    return [_cname(token, domain, zone) for token in signing.get("Tokens", ())]


def _make(identity: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  SES' own words
    """Make an identity unless it is there; give what SES says of its signing."""
    ses: Any = boto3.client("sesv2")
    try:
        made = ses.create_email_identity(EmailIdentity=identity, **more)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise
        made = ses.get_email_identity(EmailIdentity=identity)
    return dict(made.get("DkimAttributes", {}))


def _cname(token: str, domain: str, zone: str) -> Record:
    return {"type": "CNAME", "name": f"{token}._domainkey.{domain}", "value": f"{token}.{zone}"}
