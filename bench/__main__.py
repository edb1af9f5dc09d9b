"""`python -m bench`: run the topics, keep their measures, and show them.

    python -m bench                  every topic
    python -m bench --only pricing   one of them

A topic is a module of this folder with `measures() -> list[Measure]`. The answer is 1 where a goal
is missed.
"""

import argparse
import importlib
import sys
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from bench import measures
from bench.measures import Measure

TOPICS = ("pricing", "documents", "ledger", "operation", "reminders")


def main(words: list[str] | None = None) -> int:
    """Run the topics; 0 when every goal is reached."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", choices=TOPICS, help="one topic")
    only = parser.parse_args(words).only
    missed = 0
    for topic in [only] if only else TOPICS:
        run: Callable[[], list[Measure]] = importlib.import_module(f"bench.{topic}").measures
        found = run()
        measures.write(topic, found)
        Console(width=None if sys.stdout.isatty() else 160).print(_table(topic, found))
        missed += sum(each.holds is False for each in found)
    return 1 if missed else 0


def _table(topic: str, found: list[Measure]) -> Table:
    table = Table(title=topic, title_justify="left")
    for column in ("measure", "value", "unit", "goal", "how"):
        numeric = column in {"value", "goal"}
        table.add_column(column, justify="right" if numeric else "left", no_wrap=column != "how")
    for each in found:
        colour = {True: "green", False: "red", None: "default"}[each.holds]
        value = "absent" if each.value is None else f"{each.value:.3g}"
        table.add_row(each.name, f"[{colour}]{value}[/]", each.unit, _goal(each), each.how)
    return table


def _goal(measure: Measure) -> str:
    sign = "≤" if measure.better == "lower" else "≥"
    return "" if measure.goal is None else f"{sign} {measure.goal:g}"


if __name__ == "__main__":
    sys.exit(main())
