"""A buyer who reads mail, follows its link and pays on the hosted page, as a browser would."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests

from local.demo.shop import Answer, NotReachedError
from local.postbox import Mail
from local.stack import Stack

_PATIENCE = 60.0
_GLANCE = 0.02


@dataclass(frozen=True)
class Buyer:
    """Whoever owns an address."""

    stack: Stack
    email: str

    def mails(self) -> list[Mail]:
        """List what came, oldest first."""
        return [mail for mail in self.stack.mail() if self.email in mail.envelope.recipients]

    def await_mail(self, wanted: Callable[[Mail], bool]) -> Mail:
        """Wait for a mail; NotReachedError if none comes."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            for mail in self.mails():
                if wanted(mail):
                    return mail
            time.sleep(_GLANCE)
        raise NotReachedError(f"no such mail to {self.email}")

    def open(self, link: str) -> Answer:
        """Open a page."""
        return requests.get(link, timeout=_PATIENCE)

    def press_pay(self, link: str) -> str:
        """Press Pay; give the address of Stripe's page that it leads to."""
        answer = requests.post(f"{link}/pay", timeout=_PATIENCE, allow_redirects=False)
        return answer.headers["Location"]

    def ask_for_transfer(self, link: str) -> Answer:
        """Ask how to transfer to an account of Stripe's; give the page one lands on."""
        return requests.post(f"{link}/transfer", timeout=_PATIENCE)

    def leave_transfer(self, link: str) -> Answer:
        """Choose to pay otherwise than by the transfer that is awaited; give the page."""
        return requests.post(f"{link}/transfer/cancel", timeout=_PATIENCE)

    def choose(self, way: str, checkout: str) -> Answer:
        """Choose a way to pay on Stripe's page; give the page one lands on."""
        return requests.post(checkout, data={"way": way}, timeout=_PATIENCE)

    def pay_by_card(self, link: str) -> Answer:
        """Press Pay, pay on Stripe's page, and come back; give the page one lands on."""
        return self.choose("card", self.press_pay(link))


def occasion(name: str, number: str = "") -> Callable[[Mail], bool]:
    """Tell the mails of one occasion, about one document if it is named; the tag says both."""
    return lambda mail: f"{number}_{name}_" in mail.envelope.tags.get("notice", "")


def link_in(mail: Mail) -> str:
    """Find the link to the invoice's page in the text of a mail."""
    found = re.search(r"https?://\S+/i/\S+", mail.text("plain"))
    if not found:
        raise NotReachedError(f"no link in {mail.subject!r}")
    return found[0]


def attached(mail: Mail) -> dict[str, bytes]:
    """Give the attached files by name."""
    files = {}
    for part in mail.attachments:
        content = part.get_payload(decode=True)
        files[part.get_filename() or ""] = content if isinstance(content, bytes) else b""
    return files
