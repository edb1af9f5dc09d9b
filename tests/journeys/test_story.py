from rich.console import Console

from local.demo.report import Report
from local.demo.story import Story


def test_the_story_of_the_demo_is_seen_from_outside(stack, tmp_path):
    report = Report(Console(quiet=True))

    Story(stack, report, tmp_path).play()

    assert len(report.steps) == 17
