"""How long a PDF takes and what it needs, beside those who could have made it.

All render the same invoices, each another one, in turns in one run, so that whatever else the
machine does falls on all of them. Ours is the product's whole path, from the frozen invoice to a
PDF/A-3 with its XML; WeasyPrint and the browsers are given the page and the XML ready made.
"""

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measures import Measure
from bench.renderers import content, processes
from bench.renderers.processes import Took
from layers.weasyprint import build

OTHERS = {
    "plain": "WeasyPrint as documented, same page, fonts and libraries, PDF/A-3b with XML, no tags",
    "plain_tagged": "the same WeasyPrint, asked for the tags that ours writes",
    "chromium": "Chromium started for each PDF, same page; no PDF/A, no XML",
    "chromium_kept": "Chromium kept running (one process tree, ~300 MB); no PDF/A, no XML",
    "wkhtmltopdf": "wkhtmltopdf started for each PDF, same page; no PDF/A, no XML",
    "with_reportlab": "ReportLab's flowing tables, no PDF/A, no XML",
    "with_fpdf2": "fpdf2's tables, XML attached, no PDF/A",
    "with_typst": "Typst's own template, PDF/A-3b with XML",
}
ROUNDS = {1: 7, 10: 15, 60: 9, 200: 5, 1000: 3}
MANY = 500
GROWTH_KB = 35.0
_TURNS = 25  # different invoices, again and again, for what grows with the number of PDFs
_IMPORT_OURS = "from invoicing.adapters.paper.weasyprint_layer import weasyprint; weasyprint()"


def measures() -> list[Measure]:
    """Measure times in turns, then memory in fresh processes, imports, rules and layers."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        return [*_times(place), *_memory(place), *_growth(place), *_rest(place)]


def _rest(folder: Path) -> list[Measure]:
    return [_first(folder), *_start(), _rules(folder), *_sizes()]


def _times(folder: Path) -> list[Measure]:
    present = [name for name in ("ours", *OTHERS) if processes.present(name)]
    found = []
    for lines, rounds in ROUNDS.items():
        took = processes.side_by_side(present, content.several(lines, rounds + 1, folder))
        found += _ratios(lines, took)
        found += [m for name in ("ours", *OTHERS) for m in _time(lines, name, took.get(name))]
    return found


def _ratios(lines: int, took: dict[str, list[Took]]) -> list[Measure]:
    goals: dict[tuple[int, str], tuple[float | None, str, str]] = {
        (10, "plain"): (0.60, "cpu_ms", "CPU"),
        (60, "plain"): (0.72, "cpu_ms", "CPU"),
        (10, "plain_tagged"): (None, "cpu_ms", "CPU"),
        (60, "plain_tagged"): (None, "cpu_ms", "CPU"),
        (10, "chromium"): (0.2, "wall_ms", "time on the wall, which Lambda bills"),
    }
    how = "median of the rounds' ratios"
    return [
        Measure(
            f"pdf_{lines}_lines_vs_{other}",
            _ratio(took["ours"], took[other], of) if other in took else None,
            "times",
            f"{words}, {how}: ours with its template and XML by {OTHERS[other]}",
            goal=goal,
        )
        for (wanted, other), (goal, of, words) in goals.items()
        if wanted == lines
    ]


def _ratio(ours: Sequence[Took], theirs: Sequence[Took], of: str) -> float:
    both = zip(ours, theirs, strict=True)
    ratios: list[float] = [getattr(a, of) / getattr(b, of) for a, b in both]
    return statistics.median(ratios)


def _time(lines: int, name: str, took: list[Took] | None) -> list[Measure]:
    """Tell a renderer's times; a browser that is kept computes where we cannot see it."""
    words = OTHERS.get(name, "ours: template, XML and tagged PDF/A-3b with XML")
    seen = {"wall_ms": "time on the wall"} | ({} if name == "chromium_kept" else {"cpu_ms": "CPU"})
    label = f"pdf_{lines}_lines_{name.removeprefix('with_')}"
    held = max(max(each.peak_mb, each.child_mb) for each in took) if took else None
    times = [
        Measure(
            f"{label}_{of}",
            statistics.median(getattr(each, of) for each in took) if took else None,
            "ms",
            f"{how}: {words}",
        )
        for of, how in seen.items()
    ]
    if name in {"ours", "chromium_kept"} or lines not in {200, 1000}:
        return times
    return [*times, Measure(f"{label}_mb", held, "MB", "height of its largest process")]


def _memory(folder: Path) -> list[Measure]:
    """Tell what a fresh process of ours holds at its height, its imports and one PDF included."""
    how = "VmHWM of a fresh process after one PDF: Python, our modules, WeasyPrint, the XML writer"
    found = []
    for lines in ROUNDS:
        [file] = content.several(lines, 1, folder)
        with processes.running("ours") as ours:
            peak = ours.render(file).peak_mb
        goal = 110.0 if lines == 200 else None  # noqa: PLR2004  the length that has a goal
        found.append(Measure(f"pdf_peak_mb_{lines}_lines", peak, "MB", how, goal=goal))
    return found


def _growth(folder: Path) -> list[Measure]:
    """Tell what a PDF leaves behind, after those that fill what is kept once."""
    files = content.several(10, _TURNS, folder)
    with processes.running("ours") as ours:
        first = [ours.render(file) for file in files][-1]
        last = [ours.render(files[turn % _TURNS]) for turn in range(MANY)][-1]
    kb = 1024 * (last.now_mb - first.now_mb) / MANY
    how = f"resident memory after {MANY} PDFs of 10 lines, less that after the first {_TURNS}"
    return [Measure("pdf_growth_kb", kb, "KB", how, goal=GROWTH_KB)]


def _first(folder: Path) -> Measure:
    """Tell whether whoever comes first after a start waits longer than who comes tenth."""
    files, ratios = content.several(10, 10, folder), []
    for _ in range(5):
        with processes.running("ours") as ours:
            took = [ours.render(file) for file in files]
        ratios.append(took[0].cpu_ms / took[-1].cpu_ms)
    how = "CPU of the first PDF of a started process by its tenth, median of 5 processes"
    return Measure("pdf_first_vs_tenth", statistics.median(ratios), "times", how, goal=1.2)


def _start() -> list[Measure]:
    plain = processes.import_ms("plain", "import weasyprint", times=7)
    ours = processes.import_ms("ours", _IMPORT_OURS, times=7)
    how = "CPU of a process that only imports it, median of 7"
    return [
        Measure("weasyprint_import_vs_plain", ours / plain, "times", f"{how}, by plain", goal=0.6),
        Measure("weasyprint_import_ms", ours, "ms", f"{how}: with our layer"),
        Measure("weasyprint_import_plain_ms", plain, "ms", f"{how}: as documented"),
    ]


def _rules(folder: Path) -> Measure:
    file = content.write(content.invoice(10, 0), folder)
    with processes.running("rules") as rules:
        took = [rules.render(file).cpu_ms for _ in range(16)][1:]
    how = "CPU, median of 15 after the first: schema, EN 16931 and BR-FR on an invoice of 10 lines"
    return Measure("rules_warm_ms", statistics.median(took), "ms", how, goal=60.0)


def _sizes() -> list[Measure]:
    return [
        Measure(
            f"layer_{architecture}_unzipped_mb",
            sum(f.stat().st_size for f in build.build(architecture).rglob("*") if f.is_file())
            / 1e6,
            "MB",
            "all files of the layer with WeasyPrint, its libraries and fonts",
            goal=60.0,
        )
        for architecture in ("x86_64", "arm64")
    ]
