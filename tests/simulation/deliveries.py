"""Many notices through the product's state machine, under exaggerated faults.

python -m tests.simulation.deliveries 60000. The seeds of the whole simulation run the handlers too,
with few mails each; here the rare meeting of a lost answer and a lost event is counted.
"""

import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from invoicing import notices
from invoicing.notices import News, Notice
from tests.builders import NOON, a_notice

CRASH = 0.01  # of the sender, half of the times after SES took the mail
LOST_ANSWER = 0.01  # half of the times SES took the mail
LOST_EVENTS = 0.001  # all that SES tells of a mail
LATE_EVENTS = 0.01
LATENESS = timedelta(minutes=10)  # on average
TWICE = 0.1
ROUND = timedelta(minutes=1)  # somebody looks at what waits


@dataclass
class Course:
    """One notice on its way."""

    random: Random
    notice: Notice
    now: datetime = NOON
    mails: int = 0

    def __post_init__(self) -> None:
        self._told: list[tuple[datetime, News]] = []

    def run(self) -> None:
        """Go on until nothing is left to do or to tell."""
        while self.notice.waits or self._told:
            self._hear()
            if notices.is_lost(self.notice, self.now):
                self.notice = self.notice.doubted("the sender vanished", self.now)
            elif self.notice.may_be_sent(self.now):
                self._send()
            self.now += ROUND

    def _hear(self) -> None:
        due = [news for at, news in self._told if at <= self.now]
        self._told = [each for each in self._told if each[0] > self.now]
        for news in due:
            self.notice = self.notice.told(news)

    def _send(self) -> None:
        claimed = self.notice = self.notice.claim(f"{self.now}", self.now)
        crash, lost = self._chance(CRASH), self._chance(LOST_ANSWER)
        if not (crash or lost) or self._chance(0.5):
            self._accept()
        if lost and not crash:
            self.notice = claimed.doubted("the answer was lost", self.now)
        elif not crash:
            self.notice = claimed.sent("ses")

    def _accept(self) -> None:
        """SES takes the mail and tells of it, unless that is lost altogether."""
        self.mails += 1
        if self._chance(LOST_EVENTS):
            return
        seconds = LATENESS.total_seconds() if self._chance(LATE_EVENTS) else 1
        for _ in range(2 if self._chance(TWICE) else 1):
            at = self.now + timedelta(seconds=self.random.expovariate(1 / seconds))
            self._told.append((at, News(state="DELIVERED", ses_id="ses", at=at)))

    def _chance(self, odds: float) -> bool:
        return self.random.random() < odds


def play(count: int, seed: int = 1) -> Counter[str]:
    """Send invoices; count the mails that were too many, and the notices that never left."""
    random, found = Random(seed), Counter[str]()  # noqa: S311  a replay wants the same numbers again
    for _ in range(count):
        course = Course(random, a_notice())
        course.run()
        found[course.notice.state] += 1
        found["duplicates"] += max(0, course.mails - 1)
        found["lost"] += not course.mails
        found["again"] += course.notice.attempt > 1
    return found


if __name__ == "__main__":
    counts = play(int(sys.argv[1]))
    print(dict(counts))  # noqa: T201  the command's answer
    sys.exit(counts["lost"] > 0 or counts["duplicates"] > int(sys.argv[1]) / 20_000)
