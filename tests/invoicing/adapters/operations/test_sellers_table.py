import pytest

from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import NotFoundError
from tests.builders import (
    a_seller,
)

pytestmark = pytest.mark.usefixtures("deployed")


def test_a_sellers_profile_is_read_as_it_was_saved_last():
    sellers().save(a_seller())
    sellers().save(a_seller(payment_days=14))

    assert sellers().read("atelier") == a_seller(payment_days=14)


def test_a_seller_who_is_not_there_is_not_found():
    with pytest.raises(NotFoundError):
        sellers().read("nobody")


def test_every_seller_is_on_a_page():
    for seller in ("lampes", "atelier"):
        sellers().save(a_seller(id=seller))

    first = sellers().page(None, limit=1)
    second = sellers().page(first.after, limit=1)
    assert [*first.ids, *second.ids] == ["atelier", "lampes"]
