"""What SES tells of a mail after it took it: records as documented, by way of a topic.

SES has addresses that bounce or complain by themselves (bounce@simulator.amazonses.com, also with a
label after a plus); they do so here, and everything else is delivered.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError

from local.emulator import Emulator
from local.postbox import Envelope

Record = Mapping[str, Any]
Publish = Callable[[str, Record], None]  # the configuration set, and what happened

SIMULATOR = "simulator.amazonses.com"


def of(envelope: Envelope) -> Iterator[Record]:
    """Give what SES tells of a mail, in order."""
    local, _, domain = envelope.recipients[0].lower().rpartition("@")
    fate = local.partition("+")[0] if domain == SIMULATOR else "success"
    for event, more in [("Send", {"send": {}}), *_FATES[fate](envelope.recipients[0])]:
        yield {"eventType": event, "mail": _mail(envelope), **more}


def through(emulator: Emulator) -> Publish:
    """Publish to the topics that a configuration set of the emulator names, as SES would.

    What is told while there is no emulator, because it ends or begins again, nobody hears.
    """

    def publish(configuration_set: str, record: Record) -> None:
        with suppress(BotoCoreError):
            tell(configuration_set, record)

    def tell(configuration_set: str, record: Record) -> None:
        answer = emulator.client("sesv2").get_configuration_set_event_destinations(
            ConfigurationSetName=configuration_set
        )
        for destination in answer["EventDestinations"]:
            wanted = record["eventType"].upper() in destination["MatchingEventTypes"]
            topic = destination.get("SnsDestination", {}).get("TopicArn")
            if wanted and topic:
                emulator.client("sns").publish(TopicArn=topic, Message=json.dumps(record))

    return publish


def _mail(envelope: Envelope) -> Record:
    tags = {"ses:configuration-set": [envelope.configuration_set]}
    return {
        "timestamp": _now(),
        "source": envelope.sender,
        "messageId": envelope.id,
        "destination": list(envelope.recipients),
        "tags": tags | {name: [value] for name, value in envelope.tags.items()},
    }


def _delivery(address: str) -> list[tuple[str, Record]]:
    delivery = {"timestamp": _now(), "recipients": [address], "smtpResponse": "250 2.6.0 received"}
    return [("Delivery", {"delivery": delivery})]


def _complaint(address: str) -> list[tuple[str, Record]]:
    complaint = {
        "timestamp": _now(),
        "complainedRecipients": [{"emailAddress": address}],
        "complaintFeedbackType": "abuse",
    }
    return [*_delivery(address), ("Complaint", {"complaint": complaint})]


def _bounce(address: str, kind: str, subtype: str) -> tuple[str, Record]:
    bounced = {"emailAddress": address, "action": "failed", "status": "5.1.1"}
    bounce = {"bounceType": kind, "bounceSubType": subtype, "timestamp": _now()}
    return "Bounce", {"bounce": {**bounce, "bouncedRecipients": [bounced]}}


def _now() -> str:
    return datetime.now(UTC).isoformat()


_FATES: dict[str, Callable[[str], list[tuple[str, Record]]]] = {
    "success": _delivery,
    "complaint": _complaint,
    "bounce": lambda address: [_bounce(address, "Permanent", "General")],
    "suppressionlist": lambda address: [_bounce(address, "Permanent", "Suppressed")],
    "ooto": lambda address: [*_delivery(address), _bounce(address, "Transient", "General")],
}
