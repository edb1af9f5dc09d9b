import pytest

from invoicing.adapters import items
from invoicing.adapters.operations import freezes_table
from invoicing.errors import OvertakenError
from invoicing.freezes import Freeze
from tests.builders import NOON

pytestmark = pytest.mark.usefixtures("deployed")

FREEZE = Freeze(reason="by_hand", since=NOON)
INVOICE = ("atelier", "FA-2026-000001")


def freeze():
    return freezes_table.change(*INVOICE, lambda kept: kept.frozen(FREEZE))


def test_an_invoice_that_was_never_frozen_has_no_item_and_no_freezes():
    assert (freezes_table.read(*INVOICE).freezes, freezes_table.read(*INVOICE).version) == ((), 0)


def test_a_freeze_that_was_set_is_read_back_and_set_again_writes_nothing():
    freeze()
    freeze()

    kept = freezes_table.read(*INVOICE)
    assert (kept.freezes, kept.version) == ((FREEZE,), 1)


def test_lifting_the_last_freeze_still_counts_as_a_change():
    freeze()

    freezes_table.change(*INVOICE, lambda kept: kept.lifted("by_hand"))

    kept = freezes_table.read(*INVOICE)
    assert (kept.freezes, kept.version) == ((), 2)


@pytest.mark.parametrize("times", [0, 1])
def test_whatever_hangs_on_the_freezes_is_refused_once_they_changed(times):
    for _ in range(times):
        freeze()
    seen = freezes_table.read(*INVOICE)
    items.write_together([freezes_table.unchanged(seen)])

    freezes_table.change(
        *INVOICE,
        lambda kept: (
            kept.frozen(FREEZE)
            .lifted("by_hand")
            .only(FREEZE.model_copy(update={"about": "du_1"}), about="du_1")
        ),
    )

    with pytest.raises(OvertakenError):
        items.write_together([freezes_table.unchanged(seen)])


def test_two_who_change_the_freezes_at_once_both_count():
    def slowly(kept):
        if not kept.freezes:
            freeze()  # somebody else, in between
        return kept.frozen(FREEZE.model_copy(update={"reason": "promise"}))

    freezes_table.change(*INVOICE, slowly)

    assert [each.reason for each in freezes_table.read(*INVOICE).freezes] == ["by_hand", "promise"]
