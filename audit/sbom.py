"""python -m audit.sbom FILE: add Debian's libraries to the list of what the renderer's layer holds.

They come from no lock file: the layer's own manifest says which were unpacked into it. Ends with 3
where the layer was built without them, because then the list is not of what is deployed.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from layers import layer
from layers.weasyprint import build
from layers.weasyprint.debian import RELEASE

INCOMPLETE = 3


def component(name: str, version: str, sha256: str) -> dict[str, Any]:
    """Describe one of Debian's packages as CycloneDX does; the version is as in a file's name."""
    plain = unquote(version)
    address = f"pkg:deb/debian/{name}@{quote(plain, safe='')}?distro={RELEASE}"
    return {
        "bom-ref": address,
        "type": "library",
        "name": name,
        "version": plain,
        "hashes": [{"alg": "SHA-256", "content": sha256}],
        "purl": address,
    }


def main(file: Path) -> int:
    """Add them to a list that was written from the lock file."""
    unpacked = layer.manifest(build.build(layer.this_machine()))["debian"]
    if not unpacked:
        print("the layer was built without Debian's libraries", file=sys.stderr)  # noqa: T201  a command speaks
        return INCOMPLETE
    bill = json.loads(file.read_text())
    bill["components"] += [component(name, *what) for name, what in sorted(unpacked.items())]
    file.write_text(json.dumps(bill, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
