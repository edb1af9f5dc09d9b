"""What the fonts that always ship can print: our own words, Europe's names, and what shops like."""

import json
from typing import get_args

import pytest
from babel import Locale

from invoicing.adapters import template_files
from invoicing.adapters.paper import typefaces
from invoicing.errors import Held, Reason
from invoicing.invoices import Draft
from invoicing.law import countries
from invoicing.parties import Language
from tests.builders import a_buyer, a_draft, a_line, a_seller, an_order

CHINESE = "李小龙"


@pytest.fixture(autouse=True)
def _read_again(monkeypatch):
    monkeypatch.delenv("MORE_FONTS", raising=False)
    typefaces.printable.cache_clear()
    yield
    typefaces.printable.cache_clear()


def missing(text):
    return typefaces.printable().missing(text)


@pytest.mark.parametrize(
    "text",
    [
        "Jiří Dvořák, Łukasz Żółć, Şükrü Öğüt, Ștefan Țiriac, Björk Guðmundsdóttir, Nguyễn Thị Ánh",
        "Γιώργος Παπαδόπουλος, Ελένη Ώμή, Владимир Їжак, Ђорђе Љубић",
        "e\u0301te\u0301, Ho\u0302\u0300 Chi\u0301 Minh",  # accents apart, as some systems write
        "« » „ “ ‹ › – — … · × ÷ ± ≤ ≥ ≈ ≠ ∞ Ø ⌀ ½ ⅓ ¼ ℃ № ™ ® © ‰ √ ∆ µ Ω ① ② ③ Ⅳ",  # noqa: RUF001  meant
        "€ £ ¥ ₣ ₹ ₺ ₽ zł Kč Ft лв ฿ ₿",
        "ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ",
        "★ ☆ ✓ ✔ ✗ ♥ ❤ → ← ↑ ↓ ⇒ ■ □ ▲ ● ◆ ♪ ✦ ✆ ☐ ➤ ▬",
        "T-shirt 🎉",
        "👍🏽 👨‍👩‍👧‍👦 🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ ☎️ ❤️ 🫠",
    ],
)
def test_what_shops_and_buyers_of_europe_write_is_printed(text):
    assert missing(text) == []


def test_every_word_and_every_sentence_of_ours_is_printed():
    texts = [sentence for row in countries.sentences() for sentence in row.words.values()]
    for file in template_files.root().glob("*/words/*.json"):
        texts += json.loads(file.read_text()).values()
    for language in get_args(Language):
        texts += Locale.parse(language).territories.values()
        texts += Locale.parse(language).currency_symbols.values()

    assert {letter for text in texts for letter in missing(text)} == set()


def test_a_buyer_in_chinese_letters_is_held_with_them_and_printed_once_the_layer_is_there(
    monkeypatch,
):
    order, seller = an_order(buyer=a_buyer(name=CHINESE)), a_seller()
    priced = a_draft()

    held = typefaces.readable(priced, order, seller)
    monkeypatch.setenv("MORE_FONTS", "true")
    typefaces.printable.cache_clear()

    assert isinstance(held, Held)
    assert [reason.path for reason in held.reasons] == ["buyer.name"]
    assert typefaces.readable(priced, order, seller) is priced


def test_who_is_held_for_more_than_letters_is_told_all_at_once():
    order = an_order(lines=[a_line(description=CHINESE)])
    other = Reason(code="seller_profile_incomplete", message="…")

    held = typefaces.readable(Held(reasons=(other,)), order, a_seller())

    assert isinstance(held, Held)
    assert [reason.code for reason in held.reasons] == [other.code, "characters_unprintable"]


def test_a_shirt_with_a_party_popper_is_sold():
    order = an_order(lines=[a_line(description="T-shirt 🎉")])

    assert isinstance(typefaces.readable(a_draft(), order, a_seller()), Draft)
