"""Who was reminded: when, of what, and whether somebody was left out."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.books import Books, Document, plain
from tests.simulation.dynamodb import Commit
from tests.simulation.freezing import Freezing, freezing_of
from tests.simulation.openness import Openness, openness_of
from tests.simulation.postbox import Mail

PLAN = [  # days after the due date, and tones, where the seller has no plan of his own
    (-3, "ahead"),
    (1, "friendly"),
    (7, "friendly"),
    (15, "firm"),
    (30, "final"),
    (45, "formal_notice"),
]
AT_WORK = range(8, 18)
_SATURDAY = 5
_BUYERS = ZoneInfo("Europe/Paris")  # where all of them are

Key = tuple[str, str]  # seller and number
Found = Iterator[str]


def reminders(books: Books) -> Found:
    """Nobody is reminded too early, or of what was settled or frozen when it was claimed."""
    openness, freezing = openness_of(books), freezing_of(books)
    issued = {(each.seller, each.number): each for each in books.of_kind("invoice")}
    claims = {commit.key: commit for commit in _first_notices(books)}
    for seller, number, occasion, level in books.notices:
        if occasion != "reminder":
            continue
        commit = claims[f"NOTICE#{seller}#{number}", f"reminder#{level}"]
        if openness[seller, number].settled_at(commit.order):
            yield f"{number} of {seller} was settled before reminder {level}"
        due_on = date.fromisoformat(issued[seller, number].body["due_on"])
        since = _since(books, seller, commit)
        if since < due_on + timedelta(days=_earliest(level, commit, issued[seller, number])):
            yield f"{number} of {seller}, due on {due_on}, was reminded on {since}"
        for reason in freezing[seller, number].at(commit.order, commit.at):
            yield f"reminder {level} of {number} of {seller} was claimed in spite of: {reason}"
    for mail in books.cloud.ses.accepted:
        if "_reminder_" in mail.notice:
            yield from _left(books, mail, openness, freezing)
    yield from _claimed_again(books)
    yield from _unreminded(books, openness, freezing)
    yield from _handed_over(books, openness)


def _claimed_again(books: Books) -> Found:
    """Whoever claims a reminder moves its agenda; a second who claims it leaves it where it is."""
    for commit in books.history("Operations", starting="AGENDA#"):
        if commit.before and commit.after and commit.before["entry"] == commit.after["entry"]:
            yield f"{commit.key} was moved to where it was, at {commit.at}"


def _handed_over(books: Books, openness: dict[Key, Openness]) -> Found:
    """Nothing that is settled waits for its seller to hand it over."""
    end = next(books.cloud.world.commits)
    for item in books.items("Operations", starting="AGENDA#"):
        seller, number = item["pk"].split("#")[1], item["sk"]
        waits = item.get("agenda", "").startswith("hand_overs#")
        if waits and openness[seller, number].settled_at(end):
            yield f"{number} of {seller} is settled, and waits to be handed over"


def _plan(invoice: Document) -> list[tuple[int, str]]:
    """Give the days and tones of the mails that an invoice was issued with, by level."""
    own = invoice.body["draft"]["seller"].get("reminders")
    steps = [(step["days"], step["tone"]) for step in own["consumer"]] if own else PLAN
    return [(days, tone) for days, tone in steps if tone != "hand_over"]


def _left(
    books: Books, mail: Mail, openness: dict[Key, Openness], freezing: dict[Key, Freezing]
) -> Found:
    """Look at a mail that left: at its hour, and at each invoice that it spoke of."""
    seller, first, occasion, level = mail.notice.rsplit("_", 3)
    there = datetime.fromtimestamp(mail.at / 1000, _BUYERS)
    if there.hour not in AT_WORK or there.weekday() >= _SATURDAY:
        yield f"{mail.notice} left at {there}"
    asked: dict[str, Any] = json.loads(
        books.notices[seller, first, occasion, int(level)]["notice"]
    )["reminder"]
    if "letter" not in asked:
        yield f"{mail.notice} left, and is now what it was before its letter was drawn"
        return
    for each in asked["letter"]["standings"]:
        number = each["number"]
        if openness[seller, number].settled_at(mail.begun):
            yield f"{mail.notice} left, and {number} was settled before"
        if freezing[seller, number].at(mail.begun, mail.at):
            yield f"{mail.notice} left, and {number} was frozen before"
    file = asked["letter"]["file"]
    stored = books.cloud.s3.objects.get(file["key"])
    if not stored or stored["Metadata"]["sha256"] != file["sha256"]:
        yield f"{mail.notice} left without its letter being stored"


def _unreminded(
    books: Books, openness: dict[Key, Openness], freezing: dict[Key, Freezing]
) -> Found:
    """Whoever never settled by the last day is reminded, and on the agenda only for later."""
    last = datetime.fromtimestamp(books.cloud.world.last_day / 1000, UTC)
    agenda = {
        (item["pk"].split("#")[1], item["sk"]): item
        for item in books.items("Operations", starting="AGENDA#")
    }
    reminded = {(seller, number) for seller, number, what, _ in books.notices if what == "reminder"}
    for each in books.of_kind("invoice"):
        key = each.seller, each.number
        if openness[key].ever_settled:
            continue
        entry = agenda.get(key)
        waits = entry and entry.get("agenda", "").startswith("reminders#")
        if entry and waits and datetime.fromisoformat(entry["agenda_on"]) <= last:
            yield f"{key} should have been reminded at {entry['agenda_on']}"
        first = date.fromisoformat(each.body["due_on"]) + timedelta(days=_plan(each)[0][0])
        today = last.astimezone(ZoneInfo(books.zones[each.seller])).date()
        free = not freezing[key].ever
        if free and first <= today and key not in reminded:
            yield f"{key} was never reminded"


def _first_notices(books: Books) -> Iterator[Commit]:
    for commit in books.history("Operations", starting="NOTICE#"):
        if commit.before is None:
            yield commit


def _earliest(level: int, commit: Commit, invoice: Document) -> int:
    """Say on which day after the due date a mail may leave; debts that came back add levels."""
    asked = json.loads(plain(commit.after or {})["notice"]).get("reminder")
    tone = asked["tone"] if asked else None  # of a mail that speaks of it, if it has none itself
    plan = _plan(invoice)
    if level <= len(plan) and tone in {None, "friendly", plan[level - 1][1]}:
        return plan[level - 1][0]
    return min(days for days, each in plan if tone in {None, each})


def _since(books: Books, seller: str, commit: Commit) -> date:
    claim = json.loads(plain(commit.after or {})["notice"])
    return datetime.fromisoformat(claim["since"]).astimezone(ZoneInfo(books.zones[seller])).date()
