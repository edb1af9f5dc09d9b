"""What must be true after each run, whatever happened in it."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.books import Books, Document, cents, plain, request_key, seal
from tests.simulation.cash import attempts, cash
from tests.simulation.closings import closings
from tests.simulation.digests import digests
from tests.simulation.reminded import reminders
from tests.simulation.world import instant

GENESIS = "0" * 64
PREFIXES = {
    "invoice": "FA",
    "receipt": "RC",
    "credit_note": "AV",
    "late_payment": "PR",
    "closing": "CL",
}
DECIDED = {"NUMBERED", "HELD", "CANCELLED"}
FINAL = {"NUMBERED", "CANCELLED"}  # from here on a request never goes back

Found = Iterator[str]


def violations(books: Books) -> list[str]:
    """Give everything that is wrong, a sentence each."""
    return [f"{check.__name__}: {text}" for check in _CHECKS for text in check(books)]


# The series


def numbers(books: Books) -> Found:
    """No gap, no duplicate, the year that the number says, the number that the place says."""
    for series, documents in books.documents.items():
        zone = ZoneInfo(books.zones[series[0]])
        year = n = 0
        for each in documents:
            if each.n != (n + 1 if each.year == year else 1):
                yield f"{series}: {each.year}/{each.n} follows {year}/{n}"
            if each.year != max(year, each.at.astimezone(zone).year):
                yield f"{each.number} was issued at {each.at}"
            if each.kind in PREFIXES:
                expected = f"{PREFIXES[each.kind]}-{each.year}-{each.n:06d}"
                if each.number != expected:
                    yield f"{each.number} stands at the place of {expected}"
            year, n = each.year, each.n
        twice = [name for name, times in Counter(d.number for d in documents).items() if times > 1]
        yield from (f"{number} was given twice" for number in twice)


def chain(books: Books) -> Found:
    """Each seal covers its document and the seal before it, and the head is the last one."""
    heads = {item["pk"]: item for item in books.items("Heads", starting="HEAD#")}
    for (seller, kind), documents in books.documents.items():
        previous = GENESIS
        for each in documents:
            if each.hash != each.computed:
                yield f"{each.number} is not what was sealed"
            if each.previous != previous:
                yield f"{each.number} does not follow the one before it"
            previous = each.hash
        head = heads.pop(f"HEAD#{seller}.{kind}", None)
        if not head or head["hash"] != previous:
            yield f"the head of {seller}.{kind} is not its last document"
    # A closing lifts the heads of all series, also of those that have not begun.
    yield from (f"{pk} has no documents" for pk, head in heads.items() if head["hash"] != GENESIS)


def chronology(books: Books) -> Found:
    """Time never steps back in a series, and runs ahead no further than a clock."""
    ahead = timedelta(milliseconds=books.cloud.world.weather.skew)
    written = _first_writes(books)
    for documents in books.documents.values():
        for one, other in pairwise(documents):
            if other.at < one.at:
                yield f"{other.number} is older than {one.number}"
        for each in documents:
            if each.at > instant(written[_place(each)]) + ahead:
                yield f"{each.number} was issued before its time"


def immutability(books: Books) -> Found:
    """Nothing issued ever changes."""
    for commit in books.history("Ledger", starting=""):
        if commit.before is not None:
            yield f"{commit.key} was written again at {instant(commit.at)}"


# Requests


def decisions(books: Books) -> Found:
    """Each request is decided, and has a document exactly if it says so."""
    documents: dict[tuple[str, str, str], list[Document]] = defaultdict(list)
    for several in books.documents.values():
        for each in several:
            documents[each.seller, each.kind, each.source].append(each)
    for key, request in books.requests.items():
        state, issued = request["state"], documents.pop(key, [])
        if state not in DECIDED:
            yield f"{key} is still {state}"
        if len(issued) != (state == "NUMBERED"):
            yield f"{key} is {state} and has {[each.number for each in issued]}"
        for each in issued:
            place = json.loads(request.get("place", "{}"))
            if (place.get("year"), place.get("n")) != (each.year, each.n):
                yield f"{key} says {place}, its document is {each.number}"
            if request.get("number") != each.number:
                yield f"{key} says {request.get('number')}, its document is {each.number}"
            if "draft" in each.body and request["draft_hash"].hex() != seal(each.body["draft"]):
                yield f"{each.number} is not the draft that was checked"
    unasked = [each for several in documents.values() for each in several]
    yield from (f"nobody asked for {each.number}" for each in unasked if each.kind != "closing")


def lists(books: Books) -> Found:
    """Only what waits for a person is listed in the end."""
    for key, request in books.requests.items():
        if request.get("inbox") and request["state"] != "HELD":
            yield f"{key} is {request['state']} and still in the list"


def acceptance(books: Books) -> Found:
    """What was answered with 202 is kept, once, and billed as it was answered."""
    for (seller, order), bodies in books.told.accepted.items():
        request = books.requests.get((seller, "invoice", order))
        if not request:
            yield f"{seller}/{order} was accepted and lost"
        corrected = (seller, order) in books.told.corrections
        if any(body != bodies[0] for body in bodies) and not corrected:
            yield f"{seller}/{order} was accepted with two contents"
        if len(books.told.answers[seller, order]) > 1:
            yield f"{seller}/{order} was answered in two ways"
    yield from (f"somebody was refused: {text}" for text in books.told.refused)


def promises(books: Books) -> Found:
    """What was promised is so: credits are kept, prices billed, cancelled orders end."""
    for seller, credit in books.told.credits:
        if (seller, "credit_note", credit) not in books.requests:
            yield f"{seller}/{credit} was accepted and lost"
    for each in books.of_kind("invoice"):
        prices = _prices(books, (each.seller, each.source))
        if prices and _total(each) not in prices:
            yield f"{each.number} bills {_total(each)} cents, {prices} were accepted"
    for seller, order in books.told.cancelled:
        if books.requests[seller, "invoice", order]["state"] != "CANCELLED":
            yield f"{seller}/{order} was cancelled"


def progress(books: Books) -> Found:
    """A request never goes back once it has a number, and is created once."""
    for commit in books.history("Operations", starting="REQ#"):
        before = plain(commit.before)["state"] if commit.before else None
        after = plain(commit.after)["state"] if commit.after else None
        key = request_key(commit.key[0])
        if after is None or (before in FINAL and after != before):
            yield f"{key} went from {before} to {after}"
        if before == after == "RECEIVED":
            yield f"{key} was taken again while it was {before}"


# Documents out


def files(books: Books) -> Found:
    """Each document has its files, stored as recorded."""
    recorded = {}
    for item in books.items("Ledger", starting="FILE#"):
        stored = json.loads(item["file"])
        recorded[stored["number"], stored["place"]["series"]["seller"]] = stored
    for (_, kind), documents in books.documents.items():
        for each in documents if kind != "closing" else ():
            stored = recorded.pop((each.number, each.seller), None)
            if not stored:
                yield f"{each.number} of {each.seller} has no file"
                continue
            for file in (stored["pdf"], stored.get("xml")):
                kept = books.cloud.s3.objects.get(file["key"]) if file else None
                if file and (not kept or kept["VersionId"] != file["version"]):
                    yield f"{file['key']} is not in the bucket"
                elif file and kept and kept["Metadata"]["sha256"] != file["sha256"]:
                    yield f"{file['key']} is not what was recorded"
    yield from (f"{number} has a file and no document" for number, _ in recorded)


def mails(books: Books) -> Found:
    """One mail for one occasion: none lost, its outcome written down, and twice only in doubt."""
    ses = books.cloud.ses
    sent = Counter(mail.notice for mail in ses.accepted)
    for (seller, number, occasion, level), notice in books.notices.items():
        name = f"{seller}_{number}_{occasion}_{level}"
        times, state = sent.pop(name, 0), notice["state"]
        most = MOST_DOUBTS if name in ses.lost and occasion != "reminder" else 1
        least = 0 if state in {"UNKNOWN", "REFUSED", "CANCELLED", *_NO_MAIL} else 1
        most = 0 if state in _NO_MAIL else most
        if state in {"QUEUED", "SENDING"} or not least <= times <= most:
            yield f"{name} is {state} and was mailed {times} times"
        if state == "UNKNOWN" and occasion != "reminder" and notice.get("inbox"):
            yield f"{name} is still in doubt"
    yield from (f"{name} was mailed and is owed to nobody" for name in sent)
    for commit in books.history("Operations", starting="NOTICE#"):
        before, after = plain(commit.before or {}), plain(commit.after or {})
        if before and after.get("state") == "QUEUED" and before["state"] not in _waited(after):
            yield f"{commit.key} was owed again"
        if _STRENGTH.get(before.get("state"), 0) > _STRENGTH.get(after.get("state"), 0):
            yield f"{commit.key} went from {before['state']} to {after.get('state')}"
    for documents in books.documents.values():
        for each in documents:
            draft = each.body.get("draft", {})
            is_mailed = bool(draft.get("buyer", {}).get("email"))
            is_owed = (is_mailed or each.kind != "receipt") and _is_news(draft)
            told = (each.seller, each.number, each.kind, 0) in books.notices
            if told != is_owed and each.kind != "closing":
                yield f"somebody was told of {each.number} of {each.seller}: {told}"


_NO_MAIL = {"JOINED", "PAPER"}
_TOLD = ("SENT", "UNDELIVERED", "DELIVERED", "BOUNCED", "COMPLAINED")
_STRENGTH = {state: n for n, state in enumerate(_TOLD, start=1)}
MOST_DOUBTS = 3


def _waited(notice: dict[str, Any]) -> set[str]:
    """Say in which states it may have been before it is queued.

    A letter is drawn while its mail is queued; a formal notice that was called off is said again
    before the invoice is handed over.
    """
    called_off = {"CANCELLED"} if b'"formal_notice"' in bytes(notice["notice"]) else set()
    return {"SENDING", "QUEUED"} | called_off


def _is_news(draft: dict[str, Any]) -> bool:
    """Say whether the buyer is told: of disputes and failed refunds he hears from his own bank."""
    return draft.get("movement", {}).get("kind", "payment") in {"payment", "refund"}


# Money


def balances(books: Books) -> Found:
    """What an invoice is said to have received and given back is the sum of its documents."""
    moved = _movements(books)
    for item in books.items("Heads", starting="STATE#"):
        key = item["pk"]
        sums = moved.pop(key, Sums())
        money = (item.get(name, 0) for name in ("paid", "refunded", "withdrawn", "credited"))
        said = Sums(*money, "deducted_by" in item)
        if said != sums:
            yield f"{key} says {said}, its documents {sums}"
        if item["version"] != sums.times:
            yield f"{key} says {item['version']} movements, {sums.times} were"
    yield from (f"{key} has {sums} and no state" for key, sums in moved.items())


def limits(books: Books) -> Found:
    """No more is credited than was billed, and no deposit is deducted that was given back."""
    moved = _movements(books)
    for each in books.of_kind("invoice"):
        sums = moved.get(f"STATE#{each.seller}#{each.number}", Sums())
        if sums.credited > _total(each):
            yield f"{each.number} of {_total(each)} cents was credited {sums.credited}"
        if sums.deducted > 1:
            yield f"{each.number} was deducted {sums.deducted} times"
    for commit in books.history("Heads", starting="STATE#"):
        before, after = plain(commit.before or {}), plain(commit.after or {})
        if "credited" in before and "deducted_by" in set(after) - set(before):
            yield f"{commit.key[0]} was deducted though it was credited"


def receipts(books: Books) -> Found:
    """All money that moved has one receipt each, heard of or not, for its amount and invoice."""
    moved = books.cloud.till.moved()
    sources = Counter(each.source for each in books.of_kind("receipt"))
    yield from (f"{source} has {n} receipts" for source, n in sources.items() if n > 1)
    for each in books.of_kind("receipt"):
        draft = each.body["draft"]
        if (draft["invoice"], cents(draft["movement"]["amount"])) != moved[each.source]:
            yield f"{each.number} is for other money than {each.source}"
    for source, (number, _) in moved.items():
        if not sources[source]:
            yield f"{source} for {number} has no receipt"


def cases(books: Books) -> Found:
    """A dispute is a case before the receipt is asked for that makes its sum a debt again."""
    opened: dict[tuple[str, str], int] = {}
    for commit in books.history("Operations", starting="CASE#"):
        opened.setdefault((commit.key[0].split("#")[1], commit.key[1]), commit.order)
    for commit in books.history("Operations", starting="REQ#"):
        seller, _, source = request_key(commit.key[0])
        dispute = source.removesuffix(".withdrawn")
        if dispute == source or commit.before is not None:
            continue
        if opened.get((seller, dispute), commit.order) >= commit.order:
            yield f"{source} of {seller} was asked for before there was a case"


def refunds(books: Books) -> Found:
    """What a credit note sends back goes once, and never more than it gave back."""
    sent: Counter[str] = Counter()
    for each in books.cloud.till.refunds.values():
        if each["metadata"]:
            meant = each["metadata"]
            key = f"REFUND#{meant['facturier_seller']}#{meant['facturier_refund']}"
            sent[key] += each["amount"]
    for item in books.items("Operations", starting="REFUND#"):
        if item["state"] != "MADE":
            yield f"{item['pk']} is still {item['state']}"
        asked = cents(json.loads(item["refund"])["amount"])
        if sent[item["pk"]] > asked:
            yield f"{item['pk']} of {asked} sent {sent[item['pk']]} back"


def charges(books: Books) -> Found:
    """A buyer is charged at most once for a balance, however many tabs he has open."""
    till = books.cloud.till
    paid: Counter[str] = Counter()
    for key, session in till.by_key.items():
        seller, number, version, *_ = key.split(".")
        if till.sessions[session]["payment_intent"]:
            paid[f"{seller} {number}, balance {version}"] += 1
    yield from (f"{balance} was paid {times} times" for balance, times in paid.items() if times > 1)


def surprises(books: Books) -> Found:
    """No function fails in a way that no weather explains."""
    for each in books.cloud.surprises:
        yield f"{each.function}: {each.error}"


_CHECKS: tuple[Callable[[Books], Found], ...] = (
    numbers,
    chain,
    chronology,
    immutability,
    decisions,
    lists,
    acceptance,
    promises,
    progress,
    files,
    closings,
    mails,
    balances,
    limits,
    receipts,
    cases,
    refunds,
    charges,
    attempts,
    cash,
    reminders,
    digests,
    surprises,
)


def _prices(books: Books, key: tuple[str, str]) -> set[int]:
    """Give what an order may bill, in cents; nothing for one that bills a part of its price."""
    bodies = books.told.accepted.get(key, [])
    if any(name in body for body in bodies for name in ("deposit", "deducts")):
        return set()
    every = bodies + (books.told.corrections.get(key, []) if bodies else [])
    return {cents({"amount": body["lines"][0]["price"]}) for body in every}


@dataclass
class Sums:
    """What the documents about an invoice come to, in cents, and how many there are."""

    paid: int = 0
    refunded: int = 0
    withdrawn: int = 0
    credited: int = 0
    deducted: int = 0
    times: int = field(default=0, compare=False)

    def move(self, movement: dict[str, Any]) -> None:
        """Count money that came, went or came back."""
        amount = cents(movement["amount"])
        match movement["kind"]:
            case "payment":
                self.paid += amount
            case "refund":
                self.refunded += amount
            case "refund_failed":
                self.refunded -= amount
            case "dispute_withdrawn":
                self.withdrawn += amount
            case "dispute_reinstated":
                self.withdrawn -= amount


def _movements(books: Books) -> dict[str, Sums]:
    """Add up receipts, credit notes and final invoices, by the key of the state they move."""
    moved: dict[str, Sums] = defaultdict(Sums)
    for several in books.documents.values():
        for each in several:
            for number in _moves(each):
                sums = moved[f"STATE#{each.seller}#{number}"]
                sums.times += 1
                sums.deducted += each.kind == "invoice"
                if each.kind == "receipt":
                    sums.move(each.body["draft"]["movement"])
                if each.kind == "credit_note":
                    sums.credited += _total(each)
    return moved


def _moves(document: Document) -> list[str]:
    draft = document.body.get("draft", {})
    if document.kind == "receipt":
        return [draft["invoice"]]
    if document.kind == "late_payment":
        return [draft["invoice"]["number"]]
    return [each["number"] for each in draft.get("preceding", ())]


def _total(document: Document) -> int:
    """Give what a document asks in all, its rounding amount included, in cents."""
    totals = document.body["draft"]["totals"]
    return cents(totals["gross"]) + cents(totals["rounding"])


def _place(document: Document) -> tuple[str, str, int, int]:
    return document.seller, document.kind, document.year, document.n


def _first_writes(books: Books) -> dict[tuple[str, str, int, int], int]:
    """Say when each document was written, in milliseconds."""
    written = {}
    for commit in books.history("Ledger", starting="DOC#"):
        if commit.after:
            place = json.loads(plain(commit.after)["place"])
            series = place["series"]
            key = series["seller"], series["kind"], place["year"], place["n"]
            written.setdefault(key, commit.at)
    return written
