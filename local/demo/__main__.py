"""`make demo`: play the story, write what came out to out/demo/, stop everything."""

import shutil
import sys

from rich.console import Console

from local.demo import speed
from local.demo.report import Report
from local.demo.story import Story
from local.stack import ROOT, running

OUT = ROOT / "out" / "demo"


def main() -> None:
    """Play it; exit status 0 only if every step was seen from outside."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    report = Report(Console(highlight=False))
    try:
        with running(state_dir=OUT / "stack", report=report.started) as stack:
            story = Story(stack, report, OUT)
            story.play()
            report.speed = speed.measured(stack, story.shop)
    except AssertionError as error:
        report.console.print(f"[red]✗ {error}[/]\nLogs: {OUT / 'stack'}")
        sys.exit(1)
    finally:
        report.write(OUT / "report.json")
    report.print()
    report.console.print(f"Everything that came out is in {OUT.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
