"""Documents, mails and pages from Facturier's own templates.

A seller's words are values, never template source. What is missing is an error, not an empty space
(StrictUndefined), and every value is escaped where the template makes HTML or XML.
"""

import json
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

from babel import Locale, dates, numbers
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from invoicing.adapters.template_files import root
from invoicing.money import Money, exponent
from invoicing.parties import Language
from invoicing.periods import CivilPeriod

_SPOKEN_HERE = {"en": "en_GB"}  # a date reads 21 November in Europe


def render(name: str, *, language: Language, **values: Any) -> str:  # noqa: ANN401  a template takes any value
    """Fill a template; `name` is its path below templates/, its words stand in words/ there."""
    folder, _, _ = name.partition("/")
    template = _environment(folder, language).get_template(name)
    return template.render(word=_words(folder, language).__getitem__, language=language, **values)


@cache
def _words(folder: str, language: Language) -> dict[str, str]:
    words: dict[str, str] = json.loads((root() / folder / "words" / f"{language}.json").read_text())
    return words


def _isolated(value: object) -> object:
    """Let a text from the right keep its own order, by marks (UAX 9): WeasyPrint reads no `dir`."""
    if type(value) is not str or value.isascii():
        return value
    from_the_right = any(unicodedata.bidirectional(each) in {"R", "AL"} for each in value)
    return f"\u2068{value}\u2069" if from_the_right else value


@cache
def _environment(folder: str, language: Language) -> Environment:
    locale = Locale.parse(_SPOKEN_HERE.get(language, language))
    environment = Environment(
        loader=FileSystemLoader(root()),
        undefined=StrictUndefined,
        autoescape=lambda name: name is None or ".txt" not in name,  # noqa: S701  text is no markup
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_isolated if folder == "documents" else None,
    )

    def money(sum_: Money) -> str:
        return numbers.format_currency(sum_.amount, sum_.currency, locale=locale)

    def day(on: date) -> str:
        return dates.format_date(on, "long", locale=locale)

    def short_day(on: date) -> str:
        return dates.format_date(on, "medium", locale=locale)

    def moment(at: datetime, zone: str) -> str:
        return dates.format_datetime(at, "long", tzinfo=dates.get_timezone(zone), locale=locale)

    def number(value: Decimal) -> str:
        return numbers.format_decimal(value, locale=locale)

    def percent(rate: Decimal) -> str:
        pattern = locale.percent_formats[None].pattern.replace("0", "0.##")
        return numbers.format_percent(rate.scaleb(-2), pattern, locale=locale)

    def price(value: Decimal, currency: str) -> str:
        decimals = exponent(currency)
        pattern = "#,##0" + ("." + "0" * decimals + "####" if decimals else ".####")
        return numbers.format_decimal(value, pattern, locale=locale)

    def country(code: str) -> str:
        return str(locale.territories[code])

    for filter_ in (money, day, short_day, moment, number, percent, price, country, titled):
        environment.filters[filter_.__name__] = filter_
    environment.filters["period"] = partial(_period, locale=locale)
    return environment


def titled(drawing: Markup, words: str) -> Markup:
    """Say in an SVG what it is, for who cannot see it."""
    return drawing.replace(Markup(">"), Markup("><title>{}</title>").format(words), 1)


def _period(of: CivilPeriod, locale: Locale) -> str:
    match of.level:
        case "day":
            return dates.format_date(of.first, "long", locale=locale)
        case "month":
            return dates.format_skeleton("yMMMM", of.first, locale=locale)
        case "year":
            return of.name
