import json

import pytest

from bench import __main__ as bench
from bench import measures, pricing
from bench.measures import Measure


def a_measure(value, **changes):
    return Measure(**{"name": "x_ms", "value": value, "unit": "ms", "how": "by hand"} | changes)


@pytest.mark.parametrize(
    ("value", "goal", "better", "holds"),
    [
        (1, 1, "lower", True),
        (2, 1, "lower", False),
        (2, 1, "higher", True),
        (1, None, "lower", None),
        (None, 1, "lower", False),
        (None, None, "lower", None),
    ],
)
def test_a_goal_is_reached_or_missed(value, goal, better, holds):
    assert a_measure(value, goal=goal, better=better).holds is holds


@pytest.mark.parametrize(("value", "answer"), [(0.5, 0), (1.5, 1)])
def test_measures_are_kept_and_a_missed_goal_is_the_answer(value, answer, tmp_path, monkeypatch):
    monkeypatch.setattr(measures, "OUT", tmp_path)
    monkeypatch.setattr(pricing, "measures", lambda: [a_measure(value, goal=1.0)])

    assert bench.main(["--only", "pricing"]) == answer

    [kept] = json.loads((tmp_path / "pricing.json").read_text())["measures"]
    assert (kept["name"], kept["value"], kept["holds"]) == ("x_ms", value, not answer)


def test_the_first_run_and_the_clock_on_the_wall_do_not_count():
    assert 0 <= measures.cpu_ms(lambda: None, times=3) < 1
