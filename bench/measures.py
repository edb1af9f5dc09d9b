"""A measure: a name, a value, and the goal that it has to reach."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

OUT = Path(__file__).parents[1] / "out/bench"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a topic; without a goal it is only told, without a value it is absent."""

    name: str
    value: float | None
    unit: str
    how: str
    goal: float | None = None
    better: Literal["lower", "higher"] = "lower"

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None without one. What is absent reaches none."""
        if self.goal is None:
            return None
        if self.value is None:
            return False
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal


def write(topic: str, measures: list[Measure]) -> Path:
    """Keep a topic's measures where the next reader looks for them."""
    OUT.mkdir(parents=True, exist_ok=True)
    file = OUT / f"{topic}.json"
    told = [asdict(each) | {"holds": each.holds} for each in measures]
    file.write_text(json.dumps({"measures": told}, indent=2, ensure_ascii=False) + "\n")
    return file


def cpu_ms(work: Callable[[], object], *, times: int) -> float:
    """Give the median of the CPU time of one run, in milliseconds, the first run left out."""
    work()
    spent = []
    for _ in range(times):
        start = time.process_time_ns()
        work()
        spent.append(time.process_time_ns() - start)
    return statistics.median(spent) / 1e6
