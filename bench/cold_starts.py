"""How long each function takes to start and how much memory it then has, as Lambda would start it.

Each is called once as its source would call it, against empty tables: an unknown key, an empty
batch, a schedule. The program that is usually written (`bench/naive`) starts in turns with them, so
that whatever else this machine does meets both.
"""

import shutil
import statistics
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import batched
from pathlib import Path
from typing import Any

from bench.measures import Measure
from bench.tables import emulated, environment, fresh
from local.emulator import Emulator
from local.packages import read
from local.runtime import Start, start
from local.stack import BUILT_TEMPLATE

ROUNDS = 3
_BETWEEN = 7  # functions between two starts of the naive one
_FILLED = 0.5  # of its memory, at most, before there is anything to do
_NAIVE = Path(__file__).parent / "naive/app.py"
_SERVICE = {"POWERTOOLS_SERVICE_NAME": "facturier"}  # the stack's name
_TRACED = {"POWERTOOLS_TRACE_DISABLED": "false"}  # as on Lambda; there is nobody who listens


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the built template."""

    name: str  # of its folder: take_order
    code: Path
    layers: tuple[Path, ...]
    memory_mb: int
    event: Mapping[str, Any]

    @property
    def is_http(self) -> bool:
        """Whether somebody waits for its answer."""
        return "requestContext" in self.event


def measures() -> list[Measure]:
    """Start each function some times and give medians."""
    with emulated() as emulator, tempfile.TemporaryDirectory() as folder:
        fresh(emulator)
        naive = _naive(Path(folder) / "naive")
        starts = _starts([*functions(), naive], naive, emulator, Path(folder))
    return [*_of_http(starts, naive), *_of_each(starts)]


@cache
def functions() -> tuple[Function, ...]:
    """Read the functions of the built template."""
    template = read(BUILT_TEMPLATE)
    usual = template["Globals"]["Function"]
    return tuple(
        _function(name, each["Properties"], usual)
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::Serverless::Function"
    )


def _function(name: str, said: Mapping[str, Any], usual: Mapping[str, Any]) -> Function:
    named = [*usual["Layers"], *said.get("Layers", [])]
    code = BUILT_TEMPLATE.parent / said["CodeUri"]
    words = "".join(f"_{each.lower()}" if each.isupper() else each for each in name)
    return Function(
        name=words.lstrip("_"),
        code=code,
        layers=tuple(BUILT_TEMPLATE.parent / each["Ref"] for each in named if "Ref" in each),
        memory_mb=said.get("MemorySize", usual["MemorySize"]),
        event=_event(next(iter(said.get("Events", {}).values()), {})),
    )


def _event(source: Mapping[str, Any]) -> dict[str, Any]:
    """Make the first event of a source: a stranger's request, an empty batch, the moment."""
    if source.get("Type") == "HttpApi":
        return _request(source["Properties"]["Method"], source["Properties"]["Path"])
    if source.get("Type") in {"SQS", "DynamoDB"}:
        return {"Records": []}
    return {"time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "detail-type": "Scheduled Event"}


def _request(method: str, path: str) -> dict[str, Any]:
    filled = path.replace("{", "").replace("}", "").replace("+", "")
    now = datetime.now(UTC)
    http = {"method": method, "path": filled, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"}
    context = {"http": http, "stage": "$default", "domainName": "bench.example"}
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": filled,
        "rawQueryString": "",
        "headers": {"authorization": "Bearer fk_unknown", "content-type": "application/json"},
        "requestContext": context | {"timeEpoch": int(now.timestamp() * 1000), "requestId": "1"},
        "body": "{}",
        "isBase64Encoded": False,
    }


def _naive(folder: Path) -> Function:
    """Lay out the naive program: its own module, and those of the HTTP functions beside it."""
    routes = folder / "routes"
    routes.mkdir(parents=True)
    shutil.copy(_NAIVE, folder / "app.py")
    (routes / "__init__.py").touch()
    http = [each for each in functions() if each.is_http]
    for each in http:
        shutil.copy(each.code / "app.py", routes / f"{each.name}.py")
    layers = tuple(dict.fromkeys(layer for each in http for layer in each.layers))
    return Function("naive", folder, layers, 512, _request("GET", "/v1/orders"))


def _starts(
    chosen: Iterable[Function], naive: Function, emulator: Emulator, folder: Path
) -> dict[str, list[Start]]:
    seen = _usual() | environment(emulator) | _SERVICE | _TRACED
    found: dict[str, list[Start]] = {}
    for _ in range(ROUNDS):
        for some in batched(chosen, _BETWEEN, strict=False):
            for each in (*some, naive):
                begun = start(
                    each.code, each.layers, environment=seen, event=each.event, log=folder / "log"
                )
                found.setdefault(each.name, []).append(begun)
    return found


@cache
def _usual() -> dict[str, str]:
    """Give each function's settings; what nothing of a first call asks for is empty."""
    named = read(BUILT_TEMPLATE)["Globals"]["Function"]["Environment"]["Variables"]
    return {name: value if isinstance(value, str) else "" for name, value in named.items()}


def _of_http(starts: Mapping[str, list[Start]], naive: Function) -> list[Measure]:
    http = [each.name for each in functions() if each.is_http]
    ours = {name: _median_ms(starts[name]) for name in http}
    theirs = _median_ms(starts[naive.name])
    how = f"median init of {len(http)} HTTP functions by that of bench/naive, in turns"
    slowest = max(ours, key=lambda name: ours[name])
    answered = statistics.median(map(_answered_ms, (starts[name] for name in http)))
    return [
        Measure("init_http_vs_naive", statistics.median(ours.values()) / theirs, "", how, goal=0.5),
        Measure(
            "init_http_slowest_vs_naive", ours[slowest] / theirs, "", f"the slowest is {slowest}"
        ),
        Measure(
            "answered_http_vs_naive",
            answered / _answered_ms(starts[naive.name]),
            "",
            "likewise until the first answer: what was put off is in it",
        ),
        Measure("init_naive_ms", theirs, "ms", "bench/naive: one function for all of HTTP"),
    ]


def _of_each(starts: Mapping[str, list[Start]]) -> list[Measure]:
    how = f"median of {ROUNDS} starts under AWS's runtime interface emulator"
    found = []
    for each in functions():
        peak = max(begun.peak_mb for begun in starts[each.name])
        given = f"height after its first call; it has {each.memory_mb} MB"
        found += [
            Measure(f"init_{each.name}_ms", _median_ms(starts[each.name]), "ms", how),
            Measure(f"memory_{each.name}_mb", peak, "MB", given, goal=each.memory_mb * _FILLED),
        ]
    return found


def _median_ms(starts: Iterable[Start]) -> float:
    return statistics.median(each.init_ms for each in starts)


def _answered_ms(starts: Iterable[Start]) -> float:
    return statistics.median(each.init_ms + each.call_ms for each in starts)
