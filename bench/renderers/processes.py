"""A renderer in a process of its own, which is asked file by file."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.renderers import programs
from layers import layer
from layers.weasyprint import build

ROOT = layer.ROOT
_THEIRS = ROOT / ".venvs/bench/bin/python"


@dataclass(frozen=True, slots=True)
class Took:
    """What one PDF took, and the memory of its process, or its largest child, after it."""

    cpu_ms: float
    wall_ms: float
    bytes: int
    now_mb: float
    peak_mb: float
    child_mb: float


class Asked:
    """A running renderer."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def render(self, content: Path, *, keep: Path | None = None) -> Took:
        """Have a PDF made, and kept in a file if one is named."""
        questions, answers = self._process.stdin, self._process.stdout
        if questions is None or answers is None:
            raise ValueError("the renderer was started without a line to it")
        print(f"{content}\t{keep or ''}", file=questions, flush=True)
        answer = answers.readline()
        if not answer:
            raise ChildProcessError(f"the renderer ended over {content.name}: it says why above")
        return Took(**json.loads(answer))


@contextmanager
def running(name: str) -> Iterator[Asked]:
    """Run a renderer as long as the block."""
    command = [*_python(name), "-m", "bench.renderers.worker", name]
    with subprocess.Popen(  # noqa: S603  our own words only
        command,
        cwd=ROOT,
        env=environment(name),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Asked(process)
        if process.stdin:
            process.stdin.close()


def side_by_side(names: Sequence[str], files: Sequence[Path]) -> dict[str, list[Took]]:
    """Render each file with each renderer, in turns; the first file only warms them up."""
    with ExitStack() as stack:
        asked = {name: stack.enter_context(running(name)) for name in names}
        rounds = [{name: each.render(file) for name, each in asked.items()} for file in files]
    return {name: [turn[name] for turn in rounds[1:]] for name in names}


def import_ms(name: str, statement: str, *, times: int) -> float:
    """Give the median of what an import computes, what it starts to find libraries included."""
    spent = []
    for _ in range(times):
        before = os.times()
        subprocess.run([*_python(name), "-c", statement], check=True, env=environment(name))  # noqa: S603
        after = os.times()
        cpu = after.children_user + after.children_system
        spent.append(cpu - before.children_user - before.children_system)
    return 1e3 * statistics.median(spent)


def present(name: str) -> bool:
    """Tell whether a renderer can run here."""
    needs = {
        "chromium": programs.chromium,
        "chromium_kept": programs.chromium,
        "wkhtmltopdf": programs.wkhtmltopdf,
    }
    return name not in needs or needs[name]() is not None


def _python(name: str) -> list[str]:
    ours = name not in {"plain", "plain_tagged", "with_reportlab", "with_fpdf2", "with_typst"}
    return [sys.executable if ours else str(_THEIRS)]


@cache
def environment(name: str) -> dict[str, str]:
    """Give everybody the same fonts, and plain WeasyPrint the same libraries that ours has."""
    shipped = build.build(layer.this_machine())
    path = [str(ROOT)]
    if _python(name) == [sys.executable]:
        path += [str(shipped / "python"), str(ROOT / "layers/invoicing")]
    told = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/tmp"),  # noqa: S108  where Chromium keeps its profile
        "PYTHONPATH": os.pathsep.join(path),
        "FONTS": str(shipped / "fonts"),
        "FONTCONFIG_FILE": str(shipped / "fonts/fonts.conf"),
        "CHROMIUM": programs.chromium() or "",
        "WKHTMLTOPDF": programs.wkhtmltopdf() or "",
    }
    return told | ({"LD_LIBRARY_PATH": str(shipped / "lib")} if name.startswith("plain") else {})
