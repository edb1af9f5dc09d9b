"""`make pictures`: what the documents look like, of every kind, language and length.

Writes `out/pictures/NAME.pdf` and one NAME.png with its pages side by side, of a long document the
first ones and the last, and all of it in grey as most printers print it with `--grey`. A word as
argument draws those whose name holds it. It needs pdftoppm (poppler-utils).
"""

import argparse
import subprocess
import sys
from pathlib import Path

from PIL import Image

from layers import layer
from layers.weasyprint import build
from local.pictures import scenes

OUT = layer.ROOT / "out/pictures"
DPI = 70
FIRST_PAGES = 3  # of a long document, beside its last
GAP = 8  # pixels between two pages


def main() -> None:
    """Draw the pictures that were asked for."""
    parser = argparse.ArgumentParser(prog="pictures", description=__doc__)
    parser.add_argument("only", nargs="?", default="", help="what a name must hold")
    parser.add_argument("--grey", action="store_true", help="without colour")
    arguments = parser.parse_args()
    sys.path.insert(0, str(build.build(layer.this_machine()) / "python"))  # as Lambda does
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in scenes.SCENES.items():
        if arguments.only in name:
            file = OUT / f"{name}.pdf"
            file.write_bytes(make().data)
            _picture(file, ["-gray"] if arguments.grey else []).save(file.with_suffix(".png"))


def _picture(file: Path, options: list[str]) -> Image.Image:
    stem = OUT / f"{file.stem}-page"
    command = ["pdftoppm", "-r", str(DPI), "-png", *options, str(file), str(stem)]
    subprocess.run(command, check=True)  # noqa: S603  our own arguments
    files = sorted(OUT.glob(f"{stem.name}-*.png"))
    pages = [Image.open(each).copy() for each in files]
    for each in files:
        each.unlink()
    shown = pages if len(pages) <= FIRST_PAGES + 1 else [*pages[:FIRST_PAGES], pages[-1]]
    return _side_by_side(shown)


def _side_by_side(pages: list[Image.Image]) -> Image.Image:
    width, height = pages[0].size
    sheet = Image.new("RGB", ((width + GAP) * len(pages) - GAP, height), "silver")
    for n, page in enumerate(pages):
        sheet.paste(page, (n * (width + GAP), 0))
    return sheet


if __name__ == "__main__":
    main()
