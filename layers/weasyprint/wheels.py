"""The Python half of the layer: WeasyPrint and what it imports, less what no page needs."""

import shutil
from pathlib import Path

from layers import layer
from layers.weasyprint import elf

REQUIREMENTS = layer.ROOT / "requirements/weasyprint.txt"

_HERE = Path(__file__).parent
_NOT_FOR_PAGES = (
    "bin",
    "*.dist-info/RECORD",  # hashes of bin/, which name the folder of the build
    "PIL/_avif.*.so",  # picture formats that no logo has
    "PIL/_webp.*.so",
    "PIL/_imagingft.*.so",  # drawing text into pictures: Pango writes ours
    "PIL/_imagingmath.*.so",  # reckoning with pictures
    "PIL/_imagingmorph.*.so",
    "PIL/_imagingtk.*.so",
    "cffi/recompiler.py",  # compiling extensions
)
_PICTURES = {"Bmp", "Eps", "Gif", "Jpeg", "Mpo", "Png", "Ppm", "Tiff"}
"""The formats whose readers Pillow or WeasyPrint import at once."""
_HYPHENATION = "hyph_fr.dic"  # nothing is hyphenated; Pyphen wants one, and this is the smallest


def install(architecture: str, into: Path) -> None:
    """Install the locked wheels, slim them and compile them ahead."""
    layer.install(REQUIREMENTS, architecture, into, excludes=_HERE / "left_out.txt")
    shutil.copytree(_HERE / "stand_ins", into, dirs_exist_ok=True)
    layer.remove(into, _NOT_FOR_PAGES)
    _keep_our_pictures(into / "PIL")
    _keep_one_dictionary(into / "pyphen/dictionaries")
    _keep_used_libraries(into)
    layer.compile_ahead(into)


def _keep_our_pictures(folder: Path) -> None:
    """Drop the readers of other formats: no logo has them, and each is a way in."""
    for plugin in folder.glob("*ImagePlugin.py"):
        if plugin.stem.removesuffix("ImagePlugin") not in _PICTURES:
            plugin.unlink()


def _keep_one_dictionary(folder: Path) -> None:
    for file in folder.iterdir():
        if file.name not in {_HYPHENATION, "README_hyph_fr.txt"}:
            file.unlink()


def _keep_used_libraries(folder: Path) -> None:
    """Drop the libraries that came for the picture formats left out."""
    libraries = folder / "pillow.libs"
    used = elf.closure((folder / "PIL").glob("*.so"), libraries)
    for library in set(libraries.iterdir()) - used:
        library.unlink()
