from datetime import timedelta

import pytest

from invoicing import cases
from invoicing.adapters.operations import cases_table, freezes_table
from invoicing.cases import MOST_CLAIMS, Ruling
from invoicing.errors import NotFoundError, RefusedError
from tests.builders import NOON, a_case, a_claim, a_dispute, a_seller

pytestmark = pytest.mark.usefixtures("deployed")

NUMBER = "FA-2026-000001"


def keep(about=None):
    return cases_table.keep(a_case(about), a_seller())


def freezes():
    return [(each.reason, each.about) for each in freezes_table.read("atelier", NUMBER).freezes]


def listed(limit=50):
    found, mark = [], None
    while True:
        page, mark = cases_table.page("atelier", after=mark, limit=limit)
        found += [each.key.id for each in page]
        if not mark:
            return found


def test_a_case_is_kept_with_the_freeze_that_follows_from_it():
    keep()

    assert cases_table.read(a_case().key).about == a_dispute()
    assert freezes() == [("dispute", "du_1")]


def test_the_same_told_again_writes_nothing():
    keep()
    keep()

    assert cases_table.read(a_case().key).version == 1
    assert freezes_table.read("atelier", NUMBER).version == 1


def test_what_comes_late_changes_neither_case_nor_freeze():
    keep(a_dispute(status="lost"))
    keep(a_dispute(status="needs_response"))

    assert cases_table.read(a_case().key).about.status == "lost"
    assert freezes() == [("dispute_lost", "du_1")]


def test_a_dispute_that_is_won_frees_the_invoice():
    keep()
    keep(a_dispute(status="won"))

    assert freezes() == []
    assert listed() == []


def test_a_decision_ends_the_case_and_its_freeze_together():
    keep(a_dispute(status="lost"))

    def chase(kept):
        return kept.decided(Ruling(decision="chase"), at=NOON)

    cases_table.change(a_case().key, a_seller(), chase)

    assert freezes() == []
    assert listed() == []
    assert [
        each.decision.ruling.decision for each in cases_table.of_invoice("atelier", NUMBER)
    ] == ["chase"]


def test_who_is_overtaken_reads_again_and_loses_nothing():
    keep()

    def answer(kept):
        if not kept.answers:
            keep(a_dispute(status="lost"))  # Stripe tells more, in between
        return kept.answered("We sent it.", at=NOON)

    cases_table.change(a_case().key, a_seller(), answer)

    kept = cases_table.read(a_case().key)
    assert (kept.about.status, [each.text for each in kept.answers]) == ("lost", ["We sent it."])
    assert freezes() == [("dispute_lost", "du_1")]


def test_a_case_that_nobody_opened_is_not_found():
    with pytest.raises(NotFoundError):
        cases_table.read(a_case().key)


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_open_cases_are_listed_oldest_first_page_by_page(limit):
    for days in (3, 1, 2):
        keep(a_dispute(id=f"du_{days}", opened_at=NOON + timedelta(days=days)))
    keep(a_dispute(id="du_4", status="won"))

    assert listed(limit) == ["du_1", "du_2", "du_3"]


def test_a_buyer_may_say_much_but_not_without_end():
    said = [
        cases.of_claim(a_claim(message=f"{n}"), seller="atelier", number=NUMBER, at=NOON)
        for n in range(MOST_CLAIMS + 1)
    ]
    for each in said[:MOST_CLAIMS]:
        cases_table.claim(each, a_seller())

    cases_table.claim(said[0], a_seller())
    with pytest.raises(RefusedError):
        cases_table.claim(said[-1], a_seller())
