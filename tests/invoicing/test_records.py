import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from invoicing.records import Instant, Record, canonical, digest, plain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


class Parcel(Record):
    city: str
    sent_at: Instant | None = None
    weight: int | None = None


def test_a_record_cannot_be_changed():
    parcel = Parcel(city="Lyon")

    with pytest.raises(ValidationError, match="frozen"):
        parcel.city = "Paris"


def test_a_misspelt_field_is_refused():
    with pytest.raises(ValidationError, match="Extra inputs"):
        Parcel.model_validate({"city": "Lyon", "wieght": 3})


def test_a_field_without_a_value_is_not_written():
    assert plain(Parcel(city="Lyon")) == {"city": "Lyon"}


def test_a_field_that_is_added_later_leaves_the_old_hash_alone():
    class Later(Parcel):
        colour: str | None = None

    assert digest(plain(Later(city="Lyon"))) == digest(plain(Parcel(city="Lyon")))


def test_the_canonical_form_is_sorted_utf_8_without_spaces():
    assert canonical({"b": 1, "a": "Évian"}) == '{"a":"Évian","b":1}'.encode()


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5).filter(bool), st.randoms())
def test_the_order_in_which_fields_came_does_not_matter(values, random):
    shuffled = list(values.items())
    random.shuffle(shuffled)

    assert canonical(dict(shuffled)) == canonical(values)


def test_the_digest_is_that_of_the_canonical_form():
    assert digest({"a": "é"}) == hashlib.sha256('{"a":"é"}'.encode()).hexdigest()


def test_a_moment_is_kept_in_utc_to_the_millisecond():
    tokyo = timezone(timedelta(hours=9))
    parcel = Parcel(city="Lyon", sent_at=datetime(2026, 11, 21, 8, 0, 0, 123_999, tokyo))

    assert parcel.sent_at == datetime(2026, 11, 20, 23, 0, 0, 123_000, UTC)
    assert plain(parcel)["sent_at"] == "2026-11-20T23:00:00.123000Z"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValidationError, match="timezone"):
        Parcel.model_validate_json('{"city": "Lyon", "sent_at": "2026-11-21T12:00:00"}')


def test_what_was_sent_does_not_stand_in_an_errors_text():
    with pytest.raises(ValidationError) as refused:
        Parcel.model_validate({"city": "Lyon", "weight": "Camille Moreau"})

    assert "Camille" not in str(refused.value)
