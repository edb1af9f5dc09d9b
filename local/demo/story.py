"""The story: what shops, buyers and the clock do, and what must be seen of it from outside.

Nothing here asks a function whether it did its work. A step holds when the API, the mailbox, the
bucket, the ledger's raw items or Stripe's stand-in show it.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from local.demo import accountant, auditor, bills, clockwork
from local.demo.buyer import Buyer, attached, link_in, occasion
from local.demo.operator_desk import facturier
from local.demo.report import Report, Step
from local.demo.shop import SAMPLES, Shop, sample, see
from local.demo.stripe_account import StripeAccount
from local.postbox import Mail
from local.stack import Stack

SELLER = "atelier-lumiere"
_PATIENCE = 60.0
_PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Story:
    """One play of it on a running stack."""

    stack: Stack
    report: Report
    out: Path
    shop: Shop = field(init=False)
    numbers: dict[str, str] = field(default_factory=dict)  # invoice number by sample

    @property
    def account(self) -> StripeAccount:
        """The seller's account at Stripe."""
        return StripeAccount(self.stack.stripe_url, "sk_test_demo")

    def play(self) -> None:
        """Tell it from the beginning; NotReachedError or AssertionError where it does not hold."""
        chapters: dict[str, Callable[[Step], None]] = {
            "a seller is made by one command": self._sellers,
            "four orders become invoices with PDF, XML and mail": self._orders,
            "an order paid at the shop asks nothing": self._already_paid,
            "the same order three times at once is one invoice": self._three_times_at_once,
            "the same id with another content is refused": self._another_body,
            "a malformed order is told every wrong field": self._malformed,
            "what cannot be a legal invoice is held and uses no number": self._held,
            "a card payment is recorded once though its webhook comes twice": self._paid_by_card,
            "past the due date, only who has not paid is reminded": self._reminded,
            "a dry run prices and keeps nothing": partial(bills.dry_run, self),
            "a business abroad pays no VAT, and the order says why": partial(bills.abroad, self),
            "where VIES is silent the seller decides": partial(bills.released, self),
            "a line is given back by a credit note": partial(bills.credited, self),
            "a final invoice deducts its deposit": partial(bills.deposited, self),
            "the day is closed, signed, and known to the accountant": partial(
                accountant.closed, self
            ),
            "the books hold: no gap, an unbroken chain, files as recorded": self._books,
            "an auditor with a bare Python finds one altered byte in the books": self._audited,
        }
        for title, chapter in chapters.items():
            with self.report.step(title) as step:
                chapter(step)

    def _sellers(self, step: Step) -> None:
        profile = SAMPLES / "seller.json"
        self.shop = Shop.opened(self.stack, profile, stripe_key=self.account.key)
        step.saw(seller=SELLER)

    def _orders(self, step: Step) -> None:
        for name in ("french-consumer", "french-business", "german-consumer", "japanese-consumer"):
            self.numbers[name] = self.invoiced(name)
        step.saw(**self.numbers)
        yen = self.shop.invoice(self.numbers["japanese-consumer"])["balance"]["due"]
        see(yen == {"amount": "5900", "currency": "JPY"}, f"JPY 5900 became {yen}")

    def _already_paid(self, step: Step) -> None:
        number = self.invoiced("paid-at-the-shop")
        self.numbers["paid-at-the-shop"] = number
        invoice = self.shop.invoice(number)
        see(invoice["balance"]["due"]["amount"] == "0.00", f"{number} still asks something")
        page = self.buyer("paid-at-the-shop").open(invoice["page"])
        see(page.ok and "/pay" not in page.text, "the page offers to pay nothing")
        step.saw(number=number, due="0.00 EUR")

    def _three_times_at_once(self, step: Step) -> None:
        order = sample("french-consumer") | {"id": "1001-again"}
        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda _: self.shop.post(order), range(3)))
        bodies = {answer.text for answer in answers}
        see(len(bodies) == 1, f"three answers differ: {bodies}")
        number = self.shop.until("1001-again", "done")["invoice"]["number"]
        books = auditor.read(self.stack)
        mine = [e for e in books.entries[f"{SELLER}.invoice"] if e["source"] == "1001-again"]
        see(len(mine) == 1, f"one order, {len(mine)} invoices")
        self.numbers["three-times"] = number
        step.saw(number=number, answers=3)

    def _another_body(self, step: Step) -> None:
        order = deepcopy(sample("french-consumer"))
        order["lines"][0]["price"] = "130.00"
        answer = self.shop.post(order)
        see(answer.status_code == HTTPStatus.CONFLICT, f"{answer.status_code} {answer.text}")
        step.saw(status=answer.status_code)

    def _malformed(self, step: Step) -> None:
        answer = self.shop.post(sample("malformed"))
        paths = [error["path"] for error in answer.json()["errors"]]
        wrong = {"$.currency", "$.buyer.email", "$.lines[0].price", "$.lines[1].color"}
        see(answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, answer.text)
        see(wrong <= set(paths), f"only {paths} were named")
        step.saw(status=answer.status_code, fields=len(paths))

    def _held(self, step: Step) -> None:
        profile = SAMPLES / "seller-without-vat-number.json"
        shop = Shop.opened(self.stack, profile, stripe_key=None)
        shop.post(sample("french-consumer"))
        standing = shop.until("1001", "held")
        reasons = [reason["code"] for reason in standing["reasons"]]
        see("seller_vat_number_missing" in reasons, f"held for {reasons}")
        books = auditor.read(self.stack)
        see("lampes-et-cie.invoice" not in books.entries, "a held order used a number")
        step.saw(reasons=reasons)

    def _paid_by_card(self, step: Step) -> None:
        number, buyer = self.numbers["french-consumer"], self.buyer("french-consumer")
        link = link_in(buyer.await_mail(occasion("invoice", number)))
        with self.account.events_travel(repeat=2):
            see(buyer.pay_by_card(link).ok, "the buyer did not come back from Stripe")
        receipt = buyer.await_mail(occasion("receipt"))
        invoice = self.shop.invoice(number)
        see(invoice["status"] == "paid", f"{number} is {invoice['status']}")
        page = buyer.open(link)
        see("/pay" not in page.text, "the page of a paid invoice offers to pay")
        clockwork.until_quiet(self.stack)
        books = auditor.read(self.stack)
        receipts = books.entries[f"{SELLER}.receipt"]
        see(len(receipts) == 1, f"one payment, {len(receipts)} receipts")
        self.keep(receipt, "receipt")
        (self.out / "page-paid.html").write_text(page.text)
        step.saw(number=number, receipt=receipts[0]["body"]["number"], webhooks=2)

    def _reminded(self, step: Step) -> None:
        number = self.numbers["german-consumer"]
        due = date.fromisoformat(self.shop.invoice(number)["invoice"]["due_on"])
        before = len(self.stack.mail())
        self._remind(due + timedelta(days=1))
        mail = self.buyer("german-consumer").await_mail(occasion("reminder", number))
        clockwork.until_quiet(self.stack)
        reminders = [mail for mail in self.stack.mail() if _reminds(mail)]
        tags = {m.envelope.tags["notice"].split("_")[1] for m in reminders}
        paid = {self.numbers["french-consumer"], self.numbers["paid-at-the-shop"]}
        see(not tags & paid, f"who paid was reminded: {tags & paid}")
        see(len(tags) == len(reminders), "somebody was reminded twice")
        self.keep(mail, "reminder")
        step.saw(number=number, at=due + timedelta(days=1), mails=len(self.stack.mail()) - before)

    def _books(self, step: Step) -> None:
        books = auditor.read(self.stack)
        wrong = auditor.faults(books) + auditor.altered_files(self.stack, books)
        see(not wrong, "; ".join(wrong))
        dead = auditor.dead_letters(self.stack)
        see(not dead, f"dead letters: {dead}")
        strange = requests.get(f"{self.stack.stripe_url}/_control/violations", timeout=_PATIENCE)
        see(not strange.json()["violations"], f"Stripe's rules were broken: {strange.text}")
        counts = {name.partition(".")[2]: len(each) for name, each in books.entries.items()}
        step.saw(**counts, files=len(books.files))

    def _audited(self, step: Step) -> None:
        bundle, altered = self.out / "books.zip", self.out / "books-altered.zip"
        facturier(self.stack, "export", "--seller", SELLER, "--output", bundle)
        verdict = auditor.verified(bundle)
        see(verdict.holds, "; ".join(verdict.named))
        number = self.numbers["french-business"]
        auditor.alter(bundle, f"invoice/{number[3:7]}/{number}.pdf", altered)
        found = auditor.verified(altered)
        see(found.named == [f"altered {number}"], f"one byte was altered, found: {found.named}")
        documents = sum(each["documents"] for each in verdict.series.values())
        step.saw(documents=documents, megabytes=f"{bundle.stat().st_size / 1e6:.1f}", named=number)

    def invoiced(self, name: str) -> str:
        """Post a sample, wait for its invoice, and see its PDF, XML and mail agree."""
        order = sample(name)
        answer = self.shop.post(order)
        see(answer.status_code == HTTPStatus.ACCEPTED, f"{answer.status_code} {answer.text}")
        number: str = self.shop.until(order["id"], "done")["invoice"]["number"]
        files = {kind: self.shop.file(number, kind) for kind in ("pdf", "xml")}
        recorded = self.shop.invoice(number)["files"]
        for kind, content in files.items():
            (self.out / f"{name}.{kind}").write_bytes(content)
            same = hashlib.sha256(content).hexdigest() == recorded[kind]["sha256"]
            see(same, f"{number}.{kind} is not what the ledger recorded")
        mail = self.buyer(name).await_mail(occasion("invoice", number))
        see(attached(mail)[f"{number}.pdf"] == files["pdf"], f"the mail of {number} is another")
        self.keep(mail, name)
        return number

    def buyer(self, name: str) -> Buyer:
        """Give the buyer of a sample."""
        return Buyer(self.stack, sample(name)["buyer"]["email"])

    def _remind(self, day: date) -> None:
        """Let the hourly run come at ten in the morning of a day to come on which Germany works."""
        at = datetime(day.year, day.month, day.day, 10, tzinfo=_PARIS)
        clockwork.fire(self.stack, "PlanReminders", clockwork.at_work(at, "DE"))

    def keep(self, mail: Mail, name: str) -> None:
        """Keep a mail as it came, and what it looks like."""
        (self.out / f"{name}.eml").write_bytes(mail.raw)
        (self.out / f"{name}.mail.html").write_text(mail.text("html"))


def _reminds(mail: Mail) -> bool:
    tag = mail.envelope.tags["notice"]
    return tag.startswith(f"{SELLER}_") and "_reminder_" in tag
