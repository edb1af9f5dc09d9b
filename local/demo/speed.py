"""How long an order takes with warm functions, hop by hop, beside a function that does nothing."""

import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import requests

from local.demo.buyer import Buyer, occasion
from local.demo.shop import Shop, sample
from local.stack import Stack, beside

NOTHING = Path(__file__).parents[1] / "nothing"
_RUNS = 9
_HOPS = {
    "TakeOrder": "order taken",
    "CheckDraft": "draft checked",
    "IssueDocument": "document issued",
    "RenderDocument": "document stored",
}
_PATIENCE = 60.0


def measured(stack: Stack, shop: Shop) -> dict[str, int]:
    """Give medians in milliseconds over a few orders, one after the other."""
    runs = [_run(stack, shop, f"speed-{count}") for count in range(_RUNS)]
    nothing = median(_nothing(stack))
    accepted = median(run["accepted"] for run in runs)
    hops = _hops(stack, runs)
    return {
        "order_accepted": round(accepted),
        "nothing_done_on_the_same_path": round(nothing),
        "order_accepted_more_than_nothing": round(accepted - nothing),
        "order_to_mail": round(median(run["mail"] for run in runs)),
        **{name: round(value) for name, value in hops.items()},
    }


def _run(stack: Stack, shop: Shop, order_id: str) -> dict[str, Any]:
    order = sample("french-consumer") | {"id": order_id}
    posted = time.time()
    shop.post(order)
    accepted = time.time()
    number = shop.until(order_id, "done")["invoice"]["number"]
    buyer = Buyer(stack, order["buyer"]["email"])
    mail = buyer.await_mail(occasion("invoice", number))
    return {
        "order": order_id,
        "number": number,
        "posted": posted,
        "accepted": (accepted - posted) * 1000,
        "mail_at": mail.envelope.at,
        "mail": (mail.envelope.at - posted) * 1000,
    }


def _nothing(stack: Stack) -> list[float]:
    """Post the same order to the function that does nothing, through a door of the same make."""
    order, times = sample("french-consumer"), []
    with _built() as template, beside(stack, template, name="nothing") as application:
        for _ in range(_RUNS):
            began = time.monotonic()
            requests.post(f"{application.api_url}/v1/orders", json=order, timeout=_PATIENCE)
            times.append((time.monotonic() - began) * 1000)
    return times


@contextmanager
def _built() -> Iterator[Path]:
    """Lay the template out as `sam build` would; it needs nothing built."""
    with TemporaryDirectory() as folder:
        shutil.copytree(NOTHING, Path(folder) / "build")
        yield Path(folder) / "build" / "template.yaml"


def _hops(stack: Stack, runs: list[dict[str, Any]]) -> dict[str, float]:
    """Give each hop's share, from the moments that the functions' own logs tell."""
    seen = {name: _moments(stack, name, message) for name, message in _HOPS.items()}
    steps: dict[str, list[float]] = {}
    for run in runs:
        before = run["posted"]
        for name in _HOPS:
            at = next(at for words, at in seen[name] if _about(run, words))
            steps.setdefault(f"hop: {name}", []).append((at - before) * 1000)
            before = at
        steps.setdefault("hop: DeliverNotice", []).append((run["mail_at"] - before) * 1000)
    return {name: median(times) for name, times in steps.items()}


def _moments(stack: Stack, function: str, message: str) -> list[tuple[set[str], float]]:
    lines = [json.loads(line) for line in stack.logs(function) if line.startswith("{")]
    return [(_words(line), _at(line)) for line in lines if line.get("message") == message]


def _words(line: Mapping[str, Any]) -> set[str]:
    text = " ".join(str(line.get(key, "")) for key in ("order", "request", "source", "number"))
    return set(re.split(r"[ /]", text))


def _about(run: Mapping[str, Any], words: set[str]) -> bool:
    return bool({run["order"], run["number"]} & words)


def _at(line: Mapping[str, Any]) -> float:
    return datetime.strptime(line["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").timestamp()
