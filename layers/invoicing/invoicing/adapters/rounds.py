"""Rounds: what a schedule begins is done for each seller, by a message of his own.

The schedule asks for the first page of sellers. Each page is a message too, so a crash at any of
them repeats that one alone, nobody's memory holds more than a page, and a seller for whom something
fails keeps no other waiting. Who dies after a page was asked for asks for it again: a seller may be
visited twice.
"""

from invoicing.adapters import queues, schedule
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Round, Rounds

PAGE = 500  # keys of the index; about a second's work


def begin(queue: Rounds, time: str) -> None:
    """Ask for the first page of sellers, at a schedule's own time."""
    queues.go_round(queue, [Round(at=schedule.moment(time))])


def walk(queue: Rounds, asked: Round) -> None:
    """Ask for each seller of a page, and for the next one when all of it is asked for."""
    page = sellers().page(asked.after, limit=PAGE)
    queues.go_round(queue, (Round(at=asked.at, seller=each) for each in page.ids))
    if page.after:
        queues.go_round(queue, [asked.model_copy(update={"after": page.after})])
