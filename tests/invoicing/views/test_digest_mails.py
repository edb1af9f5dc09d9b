from datetime import date, timedelta
from typing import get_args

import pytest

from invoicing import digests, tasks
from invoicing.adapters import templates
from invoicing.digests import Row, Span
from invoicing.parties import Language
from invoicing.tasks import Task
from invoicing.views import digest_mails
from tests.builders import NOON, a_seller, eur

SPAN = Span(seller="atelier", day=date(2026, 11, 21), since=NOON - timedelta(days=1), until=NOON)


def a_digest(waiting=20):
    named = [
        Task(kind=kind, id="1", about="1001", since=NOON, deadline=deadline, href="/v1/tasks")
        for kind in get_args(tasks.Kind)
        for deadline in (None, date(2026, 12, 15))
    ]
    kinds = [kind for each in get_args(digests.Happening) for kind in get_args(each) or [each]]
    rows = [Row(kind=kind, count=2, amount=eur("120.00")) for kind in kinds]
    return digests.make(SPAN, named[:waiting], rows, more=True, reminders=3)


def written(digest, language, form):
    message = digest_mails.about_digest(digest, a_seller(), language)
    name = f"emails/digest.{form}.j2"
    return templates.render(name, language=language, message=message, subject="S")


@pytest.mark.parametrize("form", ["txt", "html", "subject.txt"])
@pytest.mark.parametrize("language", get_args(Language))
def test_a_digest_can_be_said_in_each_language_whatever_waits_and_happened(language, form):
    for waiting in range(21):
        assert written(a_digest(waiting), language, form).strip()
    assert written(digests.make(SPAN, [], [], reminders=1), language, form).strip()


def test_what_is_not_named_is_counted():
    message = digest_mails.about_digest(a_digest(), a_seller(), "fr")

    assert (message.count, message.unnamed) == ("20+", 8)


def test_money_that_waits_is_named_with_its_sum():
    money = {"kind": "held_money", "amount": eur("55.00")}
    task = Task(id="cus_1", about="cus_1", since=NOON, href="/v1/tasks", **money)

    text = written(digests.make(SPAN, [task], []), "en", "txt")

    assert "€55.00: 21 Nov 2026" in text


def test_a_task_is_as_old_as_the_day_in_the_sellers_zone():
    late = NOON.replace(hour=23, minute=30)
    task = Task(kind="mail", id="1", about="1", since=late, href="/v1/tasks")

    message = digest_mails.about_digest(digests.make(SPAN, [task], []), a_seller(), "fr")

    assert message.waiting[0].since == date(2026, 11, 22)
