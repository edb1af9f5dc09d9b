"""The typeface: three static weights of Inter, cut down to the scripts that we print.

WeasyPrint would make an instance of a variable font for every PDF, at three times the time of the
whole page. Latin, Greek and Cyrillic with all their accents, currencies and arrows stay.
"""

from importlib.metadata import distribution, version
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib import instancer  # type: ignore[import-untyped]

WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
PACKAGE = "fontpkg-inter"
_SOURCE = "fontpkg_inter/files/Inter[opsz,wght].ttf"
_TEXT_SIZE = 14  # the optical size that Inter calls its text cut
_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum", "calt", "case"]
_SCRIPTS = (
    "U+0020-007E,U+00A0-024F,U+02B0-02FF,U+0300-03FF,U+0400-052F,U+1E00-1FFF,U+2000-206F,"
    "U+2070-209F,U+20A0-20CF,U+2100-214F,U+2190-2193,U+2212,U+FB01-FB02,U+FEFF,U+FFFD"
)


def made_from() -> bytes:
    """Tell what the fonts depend on: this recipe, the typeface and the tool."""
    versions = f"{version(PACKAGE)} {version('fonttools')}"
    return Path(__file__).read_bytes() + versions.encode()


def cut(into: Path) -> None:
    """Write Inter-Regular.ttf and its fellows into a folder; from the same input the same bytes."""
    into.mkdir(parents=True, exist_ok=True)
    source = distribution(PACKAGE).locate_file(_SOURCE)
    for style, weight in WEIGHTS.items():
        font = TTFont(str(source), recalcTimestamp=False)
        _keep_our_scripts(font)
        font = instancer.instantiateVariableFont(
            font, {"wght": weight, "opsz": _TEXT_SIZE}, updateFontNames=True
        )
        font["name"].setName("Inter", 1, 3, 1, 0x409)  # one family for all weights
        font.save(into / f"Inter-{style}.ttf")


def _keep_our_scripts(font: TTFont) -> None:
    options = subset.Options(
        layout_features=_FEATURES, hinting=False, name_IDs=["*"], notdef_outline=True
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(_SCRIPTS))
    cutter.subset(font)


def licence() -> bytes:
    """Give the font's licence (OFL) as its package brings it."""
    files = distribution(PACKAGE).files or []
    return b"\n".join(
        Path(str(file.locate())).read_bytes() for file in files if "LICENSE" in file.name.upper()
    )
