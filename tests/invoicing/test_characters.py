import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import characters
from invoicing.characters import Printable
from invoicing.credit_notes import Credit
from tests.builders import a_buyer, a_line, a_seller, an_order

LATIN = Printable.of("20-7E A0-24F 20AC")
CHINESE = {"name": "李小龙", "address": {"line1": "Nathan Rd 1", "city": "香港", "country": "HK"}}


def told(order, seller=None, printable=LATIN):
    found = characters.of_order(order, seller or a_seller(), printable)
    return {reason.path: reason.message for reason in found}


def test_an_order_in_letters_of_the_fonts_is_not_held():
    assert told(an_order(buyer=a_buyer(name="Zoë Ångström"))) == {}


def test_each_character_is_named_with_its_code_point_and_its_place():
    order = an_order(
        buyer=CHINESE,
        lines=[a_line(), a_line(description="Lampe 灯 et 灯")],
        purchase_order="№ 7",
    )

    assert told(order) == {
        "buyer.name": "buyer.name has characters that no font here can print: "
        "李 (U+674E), 小 (U+5C0F), 龙 (U+9F99)",
        "buyer.address.city": "buyer.address.city has characters that no font here can print: "
        "香 (U+9999), 港 (U+6E2F)",
        "lines[1].description": "lines[1].description has characters that no font here can print: "
        "灯 (U+706F)",
        "purchase_order": "purchase_order has characters that no font here can print: № (U+2116)",
    }


def test_a_long_text_in_another_script_names_the_first_ten():
    [message] = told(an_order(buyer=a_buyer(name="一二三四五六七八九十百千"))).values()

    assert message.count("U+") == 10
    assert message.endswith("and 2 more")


def test_a_profile_is_asked_too():
    assert [*told(an_order(), a_seller(footer="灯"))] == ["seller.footer"]


def test_what_is_not_printed_needs_no_font():
    order = an_order(buyer=a_buyer(email="li@香港.example"))

    assert told(order, a_seller(sender="li@香港.example")) == {}


def test_no_font_has_to_have_what_shows_nothing():
    joined = "a\u00adb\u200dc\u200b\ufe0f \u202f\u3000\u2060"

    assert told(an_order(buyer=a_buyer(name=f"Lampe {joined}."))) == {}


def test_the_reason_is_nobodys_to_release():
    [reason] = characters.of_order(an_order(buyer=a_buyer(name="灯")), a_seller(), LATIN)

    assert (reason.code, reason.releasable) == ("characters_unprintable", False)


def test_a_credit_names_what_it_says_itself():
    credit = Credit(id="C-1", reason="灯 cassée", whole=True)

    [reason] = characters.of_record(credit, LATIN)

    assert (reason.path, "灯 (U+706F)" in reason.message) == ("reason", True)


@pytest.mark.parametrize("tables", [("0-10FFFF",), ("20-7E", "4E00-9FFF A0-FF")])
def test_tables_add_up_in_any_order(tables):
    assert Printable.of(*tables) == Printable.of(*reversed(tables))


RANGES = st.lists(
    st.tuples(st.integers(0x80, 0x2FFF), st.integers(0, 0x80)).map(lambda at: (at[0], sum(at)))
)


@given(RANGES, st.text(st.characters(min_codepoint=0x80, max_codepoint=0x2FFF)))
def test_what_is_missing_is_what_no_range_has_however_they_overlap(ranges, text):
    printable = Printable.of(" ".join(f"{start:X}-{end:X}" for start, end in ranges))

    missing = printable.missing(text)

    have = {at for start, end in ranges for at in range(start, end + 1)}
    shapeless = set(text) - set(Printable.of().missing(text))
    wanted = dict.fromkeys(text)
    assert missing == [each for each in wanted if ord(each) not in have and each not in shapeless]
