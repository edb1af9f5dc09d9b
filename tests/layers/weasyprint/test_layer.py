"""The layer: complete, small, at home anywhere, and taken alone."""

import hashlib
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from layers import layer
from layers.weasyprint import build, debian, elf

OF_PYTHON = ("libz.", "libffi.", "libexpat.")  # an interpreter may have its own open already
RENDER = """
import logging, sys
logging.basicConfig(level="WARNING")
from invoicing.adapters.paper.weasyprint_layer import weasyprint
page = weasyprint().HTML(string="<p style='font: 9pt Inter'>Été <b>12,00\\u202f€</b> Ωж")
pdf = page.write_pdf(pdf_variant="pdf/a-3b")
libraries = {line.split()[-1] for line in open("/proc/self/maps") if "/" in line}
print(len(pdf), weasyprint().__file__, *(file for file in libraries if ".so" in file), sep="\\n")
"""


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def render(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder / "python"), str(layer.ROOT / "layers/invoicing")])
    return subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", RENDER],
        env={"PYTHONPATH": path, "PATH": "/nowhere", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_library_wants_a_younger_glibc_than_lambda_has(each_layer: Path):
    libraries = [file for file in files(each_layer) if ".so" in file.name]

    assert len(libraries) > 24
    assert max(elf.glibc(file.read_bytes()) for file in libraries) <= (2, 34)


def test_every_library_finds_what_it_needs_beside_itself(each_layer: Path):
    libraries = set((each_layer / "lib").iterdir())
    needed = {name for library in libraries for name in elf.needed(library)}
    of_glibc = {name for name in needed if name.startswith(build._OF_GLIBC)}  # noqa: SLF001

    assert needed - of_glibc <= {library.name for library in libraries}
    assert {tuple(search_paths(library)) for library in libraries} == {("RPATH", "$ORIGIN")}


def search_paths(library: Path) -> list[str]:
    """Give where the loader is told to look: by DT_RPATH (before LD_LIBRARY_PATH), or RUNPATH."""
    binary = library.read_bytes()
    at, size, count = struct.unpack_from("<Q14xHH", binary, 32)
    headers = [struct.unpack_from("<IIQQQQ", binary, at + i * size) for i in range(count)]
    loaded = [
        (address, offset, length) for kind, _, offset, address, _, length in headers if kind == 1
    ]

    def place(address: int) -> int:
        return next(o + address - a for a, o, length in loaded if a <= address < a + length)

    [(start, length)] = [(each[2], each[5]) for each in headers if each[0] == 2]
    entries = [struct.unpack_from("<QQ", binary, start + i) for i in range(0, length, 16)]
    strings = place(dict(entries)[5])
    names = {15: "RPATH", 29: "RUNPATH"}
    return [
        word
        for tag, value in entries
        if tag in names
        for word in (names[tag], binary[strings + value :].partition(b"\0")[0].decode())
    ]


def test_the_layer_works_wherever_it_lies_and_takes_no_library_from_elsewhere(
    our_layer: Path, tmp_path: Path
):
    elsewhere = tmp_path / "another-place"
    shutil.copytree(our_layer, elsewhere)
    traps = tmp_path / "traps"  # searched by the loader before the system's own folders
    traps.mkdir()
    ours = [file.name for file in (our_layer / "lib").iterdir()]
    for name in ours:
        if not name.startswith(OF_PYTHON):
            (traps / name).write_text("not a library")

    done = render(elsewhere, LD_LIBRARY_PATH=str(traps))

    size, weasyprint, *libraries = done.stdout.splitlines()
    assert done.stderr == ""
    assert int(size) > 1_000
    assert weasyprint.startswith(str(elsewhere))
    native = {file for file in libraries if Path(file).name.startswith(tuple(ours))}
    strangers = {file for file in native if not file.startswith(str(elsewhere))}
    assert any("libpango-1.0" in file for file in native)
    assert any("libharfbuzz-subset" in file for file in native)
    assert all(Path(file).name.startswith(OF_PYTHON) for file in strangers)


def test_without_the_layer_the_systems_pango_serves_and_the_log_says_so(
    our_layer: Path, tmp_path: Path
):
    python = tmp_path / "python"
    shutil.copytree(our_layer / "python", python)

    done = render(tmp_path, PATH=os.environ["PATH"])

    assert "no weasyprint layer" in done.stderr


def test_the_layer_is_small(each_layer: Path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files(each_layer):
            archive.write(file, file.relative_to(each_layer))

    assert sum(file.stat().st_size for file in files(each_layer)) < 32_000_000
    assert packed.tell() < 12_000_000


def test_the_manifest_names_every_file_and_package(each_layer: Path):
    manifest = json.loads((each_layer / "manifest.json").read_text())

    there = {
        str(file.relative_to(each_layer)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files(each_layer)
        if file.name != "manifest.json"
    }
    assert there == manifest["files"]
    assert set(manifest["debian"]) == set(build.PACKAGES.read_text().split())
    assert manifest["python"]["weasyprint"] == "70.0"
    licences = {file.name for file in (each_layer / "licences").iterdir()}
    assert licences == {*manifest["debian"], "fontpkg-inter", "DejaVu-Sans", "Noto-Emoji"}


def test_nothing_in_the_layer_knows_the_machine_that_built_it(each_layer: Path):
    here = str(layer.ROOT).encode()

    assert [file for file in files(each_layer) if here in file.read_bytes()] == []


def test_every_module_is_compiled_ahead_and_never_checked(each_layer: Path):
    modules = list((each_layer / "python").rglob("*.py"))
    compiled = [file.parent / "__pycache__" / f"{file.stem}.cpython-313.pyc" for file in modules]
    unchecked_hash = (1).to_bytes(4, "little")  # PEP 552

    assert modules
    assert {file.read_bytes()[4:8] for file in compiled} == {unchecked_hash}


def test_a_layer_from_the_same_inputs_is_not_built_again(
    our_layer: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(debian, "fetch", None)

    assert build.build(layer.this_machine()) == our_layer


LETTERS = """
import sys
from fontTools.ttLib import TTFont
font = TTFont(sys.argv[1])
print("fvar" in font, *font.getBestCmap())
"""


@pytest.mark.parametrize("style", ["Regular", "SemiBold", "Bold"])
def test_the_fonts_write_the_names_and_prices_of_europe(our_layer: Path, style: str):
    # Its own process: the layer's stand-in for fontTools may be loaded in this one.
    done = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", LETTERS, str(our_layer / "fonts" / f"Inter-{style}.ttf")],
        capture_output=True,
        text=True,
        check=True,
    )

    variable, *letters = done.stdout.split()
    wanted = "ÀŒßžŁŐșĦÞΩώЖїЄ€£¥₣₹₴0123456789−–—’„“«»…·×№°²½\u00a0\u202f"  # noqa: RUF001  meant
    assert {ord(letter) for letter in wanted} <= {int(letter) for letter in letters}
    assert variable == "False"


def test_a_font_that_needs_fonttools_is_refused_loudly(our_layer: Path):
    script = "from fontTools.ttLib import TTFont; TTFont('variable.ttf')"
    done = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(our_layer / "python")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "use a static TrueType font" in done.stderr


PICTURES = """
import base64, io, sys
from invoicing.adapters.paper.weasyprint_layer import weasyprint
from PIL import Image
for kind in sys.argv[1:]:
    file = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(file, kind)
    source = f"data:image/{kind.lower()};base64," + base64.b64encode(file.getvalue()).decode()
    page = weasyprint().HTML(string=f"<img src='{source}'>")
    print(b"/XObject" in page.write_pdf(uncompressed_pdf=True))
"""


def test_logos_of_every_usual_format_are_drawn(our_layer: Path):
    path = os.pathsep.join([str(our_layer / "python"), str(layer.ROOT / "layers/invoicing")])
    done = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", PICTURES, "PNG", "JPEG", "GIF"],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["True"] * 3
