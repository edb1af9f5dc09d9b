"""Each function has all that it needs in its own package and layers, and they fit into Lambda.

The emulator would hide a missing file: its workers see every package of this machine.
"""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from layers import layer
from layers.einvoice import build as einvoice
from layers.fonts import build as fonts
from layers.invoicing import build as invoicing
from layers.networks import build as networks
from layers.saxon import build as saxon
from layers.weasyprint import build as weasyprint
from tests import aws
from tests.test_architecture import FUNCTIONS, blocks, imports, name_of, pascal, reached

MOST_UNZIPPED = 250_000_000  # bytes of a function and its layers
MOST_LAYERS = 5
MACHINES = ("x86_64", "arm64")
BUILDS = {
    "EinvoiceLayer": einvoice.build,
    "FontsLayer": lambda _: fonts.build(),
    "InvoicingLayer": invoicing.build,
    "NetworksLayer": networks.build,
    "SaxonLayer": saxon.build,
    "WeasyprintLayer": weasyprint.build,
}
# In a Python that sees the standard library and the layers: what of it cannot be imported.
IMPORTED = """
import importlib, importlib.util, json, pathlib, sys
opt, *apps = sys.argv[1:]
sys.path.append(opt)
failed = {}
for app in apps:
    for name in json.loads(sys.stdin.readline()):
        try:
            importlib.import_module(name)
        except ImportError as error:
            failed[f"{app}: {name}"] = str(error)
    spec = importlib.util.spec_from_file_location("app", app)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
own = {module.partition(".")[0] for module in sys.modules} - set(sys.stdlib_module_names)
places = {str(getattr(sys.modules[name], "__file__", None)) for name in own if name in sys.modules}
print(json.dumps([failed, sorted(places)]))
"""


def layers_of(block: dict[str, object]) -> tuple[str, ...]:
    """Name a function's layers in their order, the optional one among them."""
    usual = aws.template()["Globals"]["Function"]["Layers"]
    named = [*usual, *block.get("Layers", [])]
    return tuple(each["Ref"] if "Ref" in each else each["Fn::If"][1]["Ref"] for each in named)


def sharing() -> dict[tuple[str, ...], list[Path]]:
    """Give the functions by the layers that they have."""
    together = defaultdict(list)
    for app in FUNCTIONS:
        together[layers_of(blocks()[pascal(app.parent.name)])].append(app)
    return together


def laid(file: str, place: str) -> str:
    """Put a file where it lies in Lambda; of two layers the later one's stays."""
    Path(place).unlink(missing_ok=True)
    Path(place).symlink_to(file)
    return place


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("layers", sharing(), ids="+".join)
def test_a_function_imports_with_its_package_and_its_layers_alone(layers, tmp_path):
    opt = tmp_path / "opt"
    for each in layers:
        folder = BUILDS[each](layer.this_machine())
        shutil.copytree(folder, opt, dirs_exist_ok=True, copy_function=laid)
    apps = sharing()[layers]
    wanted = [sorted(set().union(*map(imports, reached(name_of(app))))) for app in apps]

    ran = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-I", "-S", "-c", IMPORTED, opt / "python", *apps],
        input="".join(f"{json.dumps(names)}\n" for names in wanted),
        capture_output=True,
        text=True,
        check=False,
        env={"AWS_DEFAULT_REGION": aws.REGION},
    )

    assert ran.returncode == 0, ran.stderr
    failed, places = json.loads(ran.stdout.splitlines()[-1])
    assert failed == {}
    assert not [place for place in places if "site-packages" in place]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("layers", sharing(), ids="+".join)
def test_a_function_and_its_layers_fit_into_lambda(layers, machine):
    package = max(size(app.parent) for app in sharing()[layers])

    assert len(layers) <= MOST_LAYERS
    assert package + sum(size(BUILDS[each](machine)) for each in layers) < MOST_UNZIPPED
