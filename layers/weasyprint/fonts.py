"""The typefaces: three static weights of Inter, and what shops write that Inter has not.

WeasyPrint would make an instance of a variable font for every PDF, at three times the time of the
whole page. Inter writes Latin, Greek and Cyrillic with all their accents, currencies and signs.
Other signs come from DejaVu Sans, and emoji from Noto Emoji, which draws in one colour.
"""

import hashlib
from importlib.metadata import distribution, version
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib import instancer  # type: ignore[import-untyped]

from layers import layer

WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
INTER = "fontpkg-inter"
REQUIREMENTS = layer.ROOT / "requirements/fonts.txt"  # packages that bring the other two
_INTER = "fontpkg_inter/files/Inter[opsz,wght].ttf"
_EMOJI = "manimgx_fonts/NotoEmoji[wght].ttf"
_SIGNS = "rinoh_typeface_dejavusans/DejaVuSans.ttf"
_TEXT_SIZE = 14  # the optical size that Inter calls its text cut
_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum", "calt", "case"]
_TEXT = "U+0020-007E,U+00A0-2BFF,U+FB01-FB02,U+FEFF,U+FFFD"  # all of Inter but private use
_MORE_SIGNS = "U+0020,U+00A0-058F,U+10A0-10FF,U+1E00-2BFF,U+FB00-FB06"


def made_from() -> bytes:
    """Tell what the fonts depend on: this recipe, the typefaces and the tool."""
    versions = f"{version(INTER)} {version('fonttools')}"
    return Path(__file__).read_bytes() + REQUIREMENTS.read_bytes() + versions.encode()


def cut(into: Path) -> None:
    """Write Inter-Regular.ttf and its fellows into a folder; from the same input the same bytes."""
    into.mkdir(parents=True, exist_ok=True)
    for style, weight in WEIGHTS.items():
        font = TTFont(str(distribution(INTER).locate_file(_INTER)), recalcTimestamp=False)
        _keep(font, subset.parse_unicodes(_TEXT), _FEATURES)
        font = instancer.instantiateVariableFont(
            font, {"wght": weight, "opsz": _TEXT_SIZE}, updateFontNames=True
        )
        font["name"].setName("Inter", 1, 3, 1, 0x409)  # one family for all weights
        font.save(into / f"Inter-{style}.ttf")
    others = _others()
    _cut_emoji(others / _EMOJI, into / "NotoEmoji-Regular.ttf")
    signs = TTFont(str(others / _SIGNS), recalcTimestamp=False)
    _keep(signs, subset.parse_unicodes(_MORE_SIGNS), _FEATURES)
    signs.save(into / "DejaVuSans.ttf")


def _others() -> Path:
    """Give the folder that the other packages are installed in, for builds alone."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    folder = layer.CACHE / "fonts" / f"packages-{digest}"
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        layer.install(REQUIREMENTS, layer.this_machine(), partial)
        partial.rename(folder)
    return folder


def _cut_emoji(source: Path, target: Path) -> None:
    """Keep the digits, which keycaps are made of, and the space, which may follow an emoji."""
    font = TTFont(str(source), recalcTimestamp=False)
    _keep(font, font.getBestCmap(), ["*"])
    font = instancer.instantiateVariableFont(font, {"wght": 400}, updateFontNames=True)
    font.save(target)


def _keep(font: TTFont, letters: object, features: list[str]) -> None:
    options = subset.Options(
        layout_features=features, hinting=False, name_IDs=["*"], notdef_outline=True
    )
    options.drop_tables += ["FFTM"]  # the date of the program that drew it
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)


def licences() -> dict[str, bytes]:
    """Give each typeface's licence as its package brings it."""
    files = distribution(INTER).files or []
    inter = [Path(str(each.locate())) for each in files if "LICENSE" in each.name.upper()]
    return {
        INTER: b"\n".join(file.read_bytes() for file in inter),
        "DejaVu-Sans": (_others() / Path(_SIGNS).with_name("LICENSE")).read_bytes(),
        "Noto-Emoji": next(_others().glob("manimgx*/licenses/LICENSE")).read_bytes(),
    }
