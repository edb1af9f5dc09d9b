"""The table of what a thousand invoices cost, as docs/capacity.md shows it."""

from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/capacity.md"
_HEAD = "| USD for a thousand invoices, at so many a month |"


def write(moving: Mapping[str, float], fixed: Mapping[int, float]) -> None:
    """Put it in the place of the table that the page has."""
    before, _, rest = PAGE.read_text().partition(_HEAD)
    _, _, after = rest.partition("\n\n")
    PAGE.write_text(f"{before}{markdown(moving, fixed)}\n\n{after}")


def markdown(moving: Mapping[str, float], fixed: Mapping[int, float]) -> str:
    """Draw it: a row for each service, dearest first, and a column for each volume.

    `moving` is what a thousand cost by service, `fixed` what a month costs by volume.
    """
    dearest = sorted(moving.items(), key=lambda each: -each[1])
    shares = {volume: usd / volume * 1000 for volume, usd in fixed.items()}
    rows = [
        [_HEAD.strip("| "), *(f"{volume:,}" for volume in fixed)],
        ["---", *("---:" for _ in fixed)],
        *([name, *(f"{usd:.3f}" for _ in fixed)] for name, usd in dearest),
        ["what a month costs anyway", *(f"{usd:.3f}" for usd in shares.values())],
        ["all", *(f"{sum(moving.values()) + usd:.2f}" for usd in shares.values())],
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
