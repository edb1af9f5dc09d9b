"""The day's end as an accountant sees it: a mail, and a file that fits what lies in the ledger."""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from local.demo import auditor, clockwork
from local.demo.buyer import Buyer, attached, occasion
from local.demo.report import Step
from local.demo.shop import SAMPLES, see
from local.demo.signatures import is_signed

if TYPE_CHECKING:
    from local.demo.story import Story

_PARIS = ZoneInfo("Europe/Paris")


def closed(story: "Story", step: Step) -> None:
    """Let tomorrow's hourly run come, and see the day closed, signed, anchored and told."""
    profile = json.loads((SAMPLES / "seller.json").read_text())
    clockwork.fire(story.stack, "PlanClosings", datetime.now(_PARIS) + timedelta(days=1))
    clockwork.until_quiet(story.stack)
    day, entry = _closing(story, profile["id"])
    number, key = entry["body"]["number"], entry["body"]["key"]
    see(
        is_signed(day["hash"], day["signature"].value, key["public_key"]),
        f"{number} is not signed by the key that it carries",
    )
    mail = Buyer(story.stack, profile["accountant"]).await_mail(
        occasion("closing", f"{profile['id']}_{number}")
    )
    see(day["hash"] in mail.text("plain"), "the accountant's mail names another hash")
    see(key["fingerprint"] in mail.text("plain"), "the accountant's mail names another key")
    kept = _anchor(story, f"{profile['id']}/{entry['body']['period']}.json")
    see(attached(mail) == {f"{number}.json": kept}, "the accountant has another anchor")
    story.keep(mail, "closing")
    documents = sum(each["count"] for each in entry["body"]["series"])
    step.saw(number=number, documents=documents, key=key["fingerprint"][:16])


def _closing(story: "Story", seller: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the seller's first closing: the item as it lies there, and the entry in it."""
    lying = [
        item
        for item in auditor.items(story.stack, "LedgerTable")
        if item["pk"].startswith(f"DOC#{seller}.closing#")
    ]
    see(bool(lying), "the day was not closed")
    first = min(lying, key=lambda item: item["sk"])
    return first, auditor.content(first)


def _anchor(story: "Story", name: str) -> bytes:
    bucket = story.stack.outputs["AnchorsBucket"]
    body: bytes = story.stack.client("s3").get_object(Bucket=bucket, Key=name)["Body"].read()
    return body
