"""Build the optional layer: Noto for scripts that Inter does not write, the same on every machine.

python -m layers.fonts.build

On Lambda it lies beside the weasyprint layer's fonts, below /opt/fonts, where fontconfig looks.
"""

import hashlib
import io
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from layers import layer
from layers.weasyprint import debian

HERE = Path(__file__).parent
PACKAGES = HERE / "debian.txt"
SCRIPTS = (
    *("Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati"),
    *("Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Sinhala"),
    *("Tamil", "Telugu", "Thai"),
)
_INPUTS = (HERE, HERE.parent / "weasyprint/debian.py")
_SIMPLIFIED_CHINESE = 2  # of the faces that share one set of glyphs: names in Han are mostly his
_FOR_VERTICAL_TEXT = ("VORG", "vhea", "vmtx")


def build() -> Path:
    """Give the folder of the layer, built if it is out of date."""
    return layer.build("fonts", "any", _INPUTS, recipe)


def recipe(_: str, folder: Path) -> layer.Manifest:
    """Fill the folder; what went in is told with versions and hashes."""
    names = PACKAGES.read_text().split()
    packages = debian.fetch(names, layer.this_machine(), layer.CACHE / "debian")
    written, licences = folder / "fonts/more", folder / "licences"
    written.mkdir(parents=True)
    licences.mkdir()
    for package in packages:
        for path, content in debian.files(package):
            if path.name == "copyright":
                (licences / package.name).write_bytes(content)
            elif path.name == "NotoSansCJK-Regular.ttc":
                (written / "NotoSansCJKsc-Regular.otf").write_bytes(_one_face(content))
            elif path.name in {f"NotoSans{script}-Regular.ttf" for script in SCRIPTS}:
                (written / path.name).write_bytes(content)
    if len(list(written.iterdir())) != len(SCRIPTS) + 1:
        raise ValueError("a font of the list is in no package")
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        "debian": {package.name: [package.version, package.sha256] for package in packages},
        "files": {str(file.relative_to(folder)): _digest(file) for file in files},
    }


def _one_face(collection: bytes) -> bytes:
    font = TTFont(
        io.BytesIO(collection), fontNumber=_SIMPLIFIED_CHINESE, recalcTimestamp=False, lazy=True
    )
    for table in _FOR_VERTICAL_TEXT:
        del font[table]
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    build()
