"""What an operator says, read before anything is done: a variable that is not set names nothing."""

import argparse
import re
from argparse import ArgumentTypeError
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from cli.logs import TERMS
from invoicing.errors import FacturierError


class KeyMissingError(FacturierError):
    """A key of Stripe's was to be given, and is empty."""


def stack(said: str) -> str:
    """Read a stack's name; CloudFormation may take an empty one for every stack."""
    if not re.fullmatch(r"[A-Za-z][-A-Za-z0-9]{0,127}", said):
        raise ArgumentTypeError("a stack's name is needed: letters, digits and hyphens")
    return said


def without_stack(said: Sequence[str]) -> list[str]:
    """Give a command without the stack, which not every command needs."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--stack")
    return parser.parse_known_args(said)[1]


def address(said: str) -> str:
    """Read an e-mail address."""
    if "@" not in said:
        raise ArgumentTypeError("an e-mail address is needed")
    return said


def days(said: str) -> int:
    """Read how many days back."""
    if not said.isdecimal() or not 1 <= int(said) <= TERMS[-1]:
        raise ArgumentTypeError(f"1 to {TERMS[-1]} days are needed")
    return int(said)


def begun_day(said: str) -> date:
    """Read a day (UTC) that has begun."""
    with suppress(ValueError):
        day = date.fromisoformat(said)
        if day <= datetime.now(UTC).date():
            return day
    raise ArgumentTypeError("a day that has begun is needed, as 2026-11-21")


def file(said: str) -> Path:
    """Read the name of a file that is to be written."""
    named = Path(said)
    if not named.name or named.is_dir():
        raise ArgumentTypeError("the name of a file is needed")
    return named


def stripe_key(said: str | None) -> str | None:
    """Read a key of Stripe's; KeyMissingError if it is there and empty."""
    if said is not None and not said.strip():
        raise KeyMissingError("STRIPE_API_KEY is empty: unset it, or give the seller's key")
    return said and said.strip()
