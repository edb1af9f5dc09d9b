"""Build the layer: Pango and its libraries, fonts, WeasyPrint. No Docker, no compiler, no root.

python -m layers.weasyprint.build [FOLDER]
"""

import hashlib
import shutil
import sys
from pathlib import Path

from layers import layer
from layers.weasyprint import debian, elf, fonts, wheels

HERE = Path(__file__).parent
TOOLS = layer.ROOT / "requirements/dev.txt"
PACKAGES = HERE / "debian.txt"
OPENED = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
"""What WeasyPrint opens by name; the rest is what these need."""

_INPUTS = (HERE, TOOLS, wheels.REQUIREMENTS, fonts.REQUIREMENTS)
_OF_GLIBC = ("libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "ld-linux")


def build(architecture: str) -> Path:
    """Give the folder of the layer, built if it is out of date."""
    return layer.build("weasyprint", architecture, _INPUTS, recipe)


def recipe(architecture: str, folder: Path) -> layer.Manifest:
    """Fill the folder; what went in is told with versions and hashes."""
    try:
        packages = debian.fetch(PACKAGES.read_text().split(), architecture, layer.CACHE / "debian")
    except (debian.NoSourceError, FileNotFoundError) as error:
        return _without_libraries(architecture, folder, error)
    content = debian.unpack(packages)
    _write_libraries(content.libraries, folder / "lib")
    _write_fonts(folder / "fonts")
    wheels.install(architecture, folder / "python")
    _write_licences(content.licences | fonts.licences(), folder / "licences")
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        "debian": {package.name: [package.version, package.sha256] for package in packages},
        "python": layer.installed(folder / "python"),
        "files": {str(file.relative_to(folder)): _digest(file.read_bytes()) for file in files},
    }


def _without_libraries(architecture: str, folder: Path, why: Exception) -> layer.Manifest:
    """Leave the libraries to the system: enough for this machine, not for Lambda."""
    print(f"no native libraries in the layer: {why}", file=sys.stderr)  # noqa: T201  a command
    wheels.install(architecture, folder / "python")
    return {"debian": {}, "python": layer.installed(folder / "python")}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write_libraries(libraries: dict[str, bytes], folder: Path) -> None:
    """Write what WeasyPrint opens and all that this needs; missing something is an error."""
    folder.mkdir()
    todo = list(OPENED)
    while todo:
        library = folder / todo.pop()
        if library.exists() or library.name.startswith(_OF_GLIBC):
            continue
        _write_library(libraries[library.name], library)
        todo += elf.needed(library)


def _write_library(binary: bytes, library: Path) -> None:
    if library.name.startswith("libexpat"):
        binary = elf.for_older_glibc(binary)
    if elf.glibc(binary) > elf.YOUNGEST_GLIBC:
        raise ValueError(f"{library.name} wants glibc {elf.glibc(binary)}: too young for Lambda")
    library.write_bytes(binary)
    library.chmod(0o755)
    elf.look_beside_itself(library)


def _write_fonts(folder: Path) -> None:
    """Copy the fonts; cutting them takes a while, and both architectures share them."""
    cut = layer.CACHE / "fonts" / _digest(fonts.made_from())[:16]
    if not cut.exists():
        partial = cut.with_suffix(".partial")
        fonts.cut(partial)
        partial.rename(cut)
    shutil.copytree(cut, folder)
    shutil.copy(HERE / "fonts.conf", folder)


def _write_licences(licences: dict[str, bytes], folder: Path) -> None:
    folder.mkdir()
    for package, text in licences.items():
        (folder / package).write_bytes(text)


if __name__ == "__main__":
    layer.deliver("weasyprint", _INPUTS, recipe)
