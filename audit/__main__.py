"""Ask PyPI about every package that is deployed; say so where it gives no answer.

pip-audit leaves out silently what its source does not know, and a mirror of the index knows no
vulnerabilities at all: nothing found is then no answer. Ends with 0 if all were looked up and none
is vulnerable, 1 if one is, 3 if some could not be looked up.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DEPLOYED = ("invoicing", "weasyprint", "einvoice", "saxon", "networks", "fonts")
_PIP_AUDIT = ROOT / ".venvs/audit/bin/pip-audit"
VULNERABLE, UNKNOWN = 1, 3


def asked(layer: str) -> list[dict[str, Any]]:
    """Give what pip-audit says of each package of a layer."""
    lock = ROOT / f"requirements/{layer}.txt"
    words = ["--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
    command = [str(_PIP_AUDIT), *words, "--requirement", str(lock)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own
    try:
        told: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except json.JSONDecodeError:  # it met no index at all
        return [{"name": layer, "skip_reason": ran.stderr.strip().splitlines()[-1]}]
    return told


def verdict(packages: Iterable[dict[str, Any]]) -> tuple[int, list[str]]:
    """Say what was found, a line for each package that is vulnerable or was not looked up."""
    lines, found = [], {0}
    for each in packages:
        if "skip_reason" in each:
            found.add(UNKNOWN)
            lines.append(f"{each['name']}: not looked up")
        for vulnerability in each.get("vulns", ()):
            found.add(VULNERABLE)
            fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
            lines.append(
                f"{each['name']} {each['version']}: {vulnerability['id']}, mended in {fixed}"
            )
    return (VULNERABLE if VULNERABLE in found else max(found)), sorted(set(lines))


def main() -> int:
    """Look up all layers."""
    code, lines = verdict(each for layer in DEPLOYED for each in asked(layer))
    print(*lines, sep="\n")  # noqa: T201  a command speaks
    if code == UNKNOWN:
        print("NOT CHECKED: no vulnerability data could be reached for these packages")  # noqa: T201
    elif code == 0:
        print("no known vulnerability in what is deployed")  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
