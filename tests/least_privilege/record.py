"""What is written down of permissions: journeys that fail, reasons, and a run that is going on."""

import json
from collections.abc import Mapping
from pathlib import Path

from local.stack import ROOT
from tests.least_privilege.permissions import Permission, declared

JOURNEYS = Path(__file__).with_name("journeys.json")
REASONS = Path(__file__).with_name("reasons.json")
RUN = ROOT / "out" / "least-privilege.json"


def read(file: Path) -> dict[Permission, str]:
    """Read what is said of permissions: by function, then by action and resource."""
    said = json.loads(file.read_text()) if file.exists() else {}
    return {
        Permission(function, *what.split(" ")): why
        for function, permitted in said.items()
        for what, why in permitted.items()
    }


def write(file: Path, said: Mapping[Permission, str]) -> None:
    """Write it down, but for permissions that are not given any more."""
    there, table = {*declared()}, dict[str, dict[str, str]]()
    for each, why in sorted(said.items()):
        if each in there:
            table.setdefault(each.function, {})[f"{each.action} {each.resource}"] = why
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(table, indent=1) + "\n")
