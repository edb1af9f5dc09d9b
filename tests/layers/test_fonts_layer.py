"""The fonts: the tables say what they have, and nothing that passes is printed as an empty box.

The optional layer lies in /opt beside the others, as Lambda unpacks them.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from layers import layer
from layers.fonts import build as more_fonts
from layers.fonts import characters
from layers.weasyprint import build as weasyprint

EMPTY_BOXES = """
import html, json, logging, random, sys
from invoicing.adapters.paper.weasyprint_layer import weasyprint
from invoicing.characters import Printable

seen = set()
class Boxes(logging.Filter):
    def filter(self, record):
        seen.add(record.getMessage())
        return False
module = weasyprint()
logging.getLogger("weasyprint").addFilter(Boxes())

printable = Printable.of(*(open(table).read() for table in sys.argv[1:]))
letters = [chr(at) for start, end in zip(printable.starts, printable.ends)
           for at in range(start, end + 1)]
chance = random.Random(7)
shuffled = chance.sample(letters, min(len(letters), 5000))
marks = "\\u202f\\u00a0\\u2009\\u200d\\ufe0f\\u0301\\u00ad 1a"
mixed = "".join(chance.choice(letters) + chance.choice(marks) for _ in range(3000))
texts = {400: " ".join(letters), 600: "".join(shuffled), 700: mixed}
for weight, text in texts.items():
    style = f"font: {weight} 9pt Inter; white-space: pre-wrap"
    page = f"<p style='{style}'>{html.escape(text)}</p>"
    module.HTML(string=page).write_pdf(pdf_variant="pdf/a-3b")
print(json.dumps([len(letters), sorted(seen)]))
"""
PAGE = """
import sys
from datetime import UTC, datetime
from invoicing.adapters.paper import pdf
sys.stdout.buffer.write(pdf.render(sys.stdin.read(), title="1", identifier=b"0" * 32,
                                   at=datetime(2026, 11, 21, tzinfo=UTC)))
"""


@pytest.fixture(scope="session")
def without() -> Path:
    return weasyprint.build(layer.this_machine())


@pytest.fixture(scope="session")
def opt(without: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    opt = tmp_path_factory.mktemp("opt")
    for each in (without, more_fonts.build()):
        shutil.copytree(each, opt, dirs_exist_ok=True)
    return opt


def run(
    opt: Path, script: str, *words: Path, stdin: str = ""
) -> subprocess.CompletedProcess[bytes]:
    path = [opt / "python", layer.ROOT / "layers/invoicing"]
    return subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", script, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        input=stdin.encode(),
        capture_output=True,
        check=False,
    )


def test_the_tables_say_what_the_fonts_have():
    for name, text in characters.tables().items():
        assert (characters.FOLDER / name).read_text() == text


@pytest.mark.parametrize(
    ("place", "tables", "least"),
    [("without", ["always.txt"], 3_800), ("opt", ["always.txt", "more.txt"], 50_000)],
)
def test_no_character_that_passes_is_printed_as_an_empty_box(request, place, tables, least):
    files = [characters.FOLDER / table for table in tables]

    done = run(request.getfixturevalue(place), EMPTY_BOXES, *files)

    count, boxes = json.loads(done.stdout)
    assert count > least
    assert boxes == []


def test_a_document_with_an_empty_box_is_not_made_at_all(without: Path, opt: Path):
    page = "<p style='font: 9pt Inter'>Lampe 灯</p>"

    refused, made = run(without, PAGE, stdin=page), run(opt, PAGE, stdin=page)

    assert refused.stdout == b""
    assert b"UnprintableError: no font has U+706F" in refused.stderr
    assert made.stdout.startswith(b"%PDF-1.7")


def test_arabic_is_joined_and_written_from_the_right(opt: Path):
    joined, apart = glyphs(opt, "محمد"), glyphs(opt, "م\u200cح\u200cم\u200cد")

    assert len(joined) == len(apart) == 4
    assert apart[1] == apart[3]  # meem is the first and the third letter, seen from the right
    assert set(joined).isdisjoint(apart)  # inside a word each letter has another form


def glyphs(opt: Path, text: str) -> list[str]:
    """Give the glyphs of a text, from left to right, without the number of its page."""
    file = run(opt, PAGE, stdin=f"<p style='font: 30pt Inter'>{text}</p>").stdout
    [page] = pypdf.PdfReader(io.BytesIO(file)).pages
    said, _, _ = page.get_contents().get_data().partition(b"/MCID 1")
    drawn = re.findall(rb"<([0-9a-f]+)>", said)
    return [each.decode()[at : at + 4] for each in drawn for at in range(0, len(each), 4)]


STATIC = """
import sys
from fontTools.ttLib import TTFont
for file in sys.argv[1:]:
    print(file, *({"fvar", "CBDT", "COLR", "SVG ", "sbix"} & set(TTFont(file, lazy=True).keys())))
"""


def test_every_font_is_static_and_in_one_colour(opt: Path):
    """The layer has no fontTools, which variable fonts ask for at every page."""
    fonts = [str(file) for file in opt.rglob("fonts/**/*.[ot]tf")]

    # Its own process: the layer's stand-in for fontTools may be loaded in this one.
    done = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", STATIC, *fonts], capture_output=True, text=True, check=True
    )

    assert len(fonts) == 5 + len(more_fonts.SCRIPTS) + 1
    assert done.stdout.splitlines() == fonts


def test_the_optional_layer_names_its_files_packages_and_licences():
    built = more_fonts.build()
    manifest = layer.manifest(built)

    files = {str(file.relative_to(built)) for file in built.rglob("*") if file.is_file()}
    assert set(manifest["files"]) == files - {"manifest.json"}
    assert {file.name for file in (built / "licences").iterdir()} == set(manifest["debian"])
    assert len(files) == len(more_fonts.SCRIPTS) + 1 + 2 + 1
