"""What the demo saw: each step with its identifiers and milliseconds, as a table and as JSON."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass
class Step:
    """One thing that was seen to happen."""

    name: str
    milliseconds: int = 0
    seen: dict[str, Any] = field(default_factory=dict)

    def saw(self, **facts: Any) -> None:  # noqa: ANN401  identifiers of any kind
        """Note what was seen, by name."""
        self.seen |= facts


@dataclass
class Report:
    """The steps so far, told as they end."""

    console: Console
    steps: list[Step] = field(default_factory=list)
    speed: dict[str, int] = field(default_factory=dict)

    def started(self, name: str, milliseconds: float) -> None:
        """Note a part of the stack that is up."""
        self._end(Step(f"start: {name}", round(milliseconds)))

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time a step; one that raises is the end of the story."""
        step, began = Step(name), time.monotonic()
        with self.console.status(name):
            yield step
        step.milliseconds = round((time.monotonic() - began) * 1000)
        self._end(step)

    def _end(self, step: Step) -> None:
        self.steps.append(step)
        facts = ", ".join(f"{name} {value}" for name, value in step.seen.items())
        self.console.print(f"[green]✓[/] {step.name} [dim]{step.milliseconds} ms  {facts}[/]")

    def write(self, file: Path) -> None:
        """Write it all as JSON."""
        values = {"steps": [asdict(step) for step in self.steps], "speed": self.speed}
        file.write_text(json.dumps(values, indent=2, ensure_ascii=False, default=str))

    def print(self) -> None:
        """Show the speed with warm functions as a table."""
        table = Table(title="Warm functions, medians", title_justify="left")
        table.add_column("what")
        table.add_column("ms", justify="right")
        for name, value in self.speed.items():
            table.add_row(name.replace("_", " "), str(value))
        self.console.print(table)
