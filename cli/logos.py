"""Reading a logo: what is no small, plain picture is refused before any document has it."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFile, UnidentifiedImageError

from invoicing import logos
from invoicing.logos import Logo, LogoType

_TYPES: dict[str, LogoType] = {"PNG": "png", "JPEG": "jpeg"}
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}  # CMYK has no place in a PDF/A of sRGB


_UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
)


class LogoError(Exception):
    """A picture that cannot be a logo, and why."""


def read(file: Path) -> tuple[Logo, bytes]:
    """Read a logo; LogoError if it is too large, no PNG or JPEG, or cannot be decoded whole."""
    data = file.read_bytes()
    if len(data) > logos.MOST_BYTES:
        raise LogoError(f"{file}: {len(data)} bytes, at most {logos.MOST_BYTES} are kept")
    try:
        with Image.open(BytesIO(data), formats=list(_TYPES)) as picture:
            _check(picture, file)
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint allows it, for all of a process
            picture.load()  # nothing larger than checked is decoded
            return logos.logo(data, _TYPES[str(picture.format)]), data
    except _UNREADABLE as error:
        raise LogoError(f"{file}: no PNG or JPEG that can be read ({error})") from error


def _check(picture: Image.Image, file: Path) -> None:
    if max(picture.size) > logos.MOST_PIXELS:
        size = "x".join(map(str, picture.size))
        raise LogoError(f"{file}: {size} pixels, at most {logos.MOST_PIXELS} a side are needed")
    if picture.mode not in _MODES:
        raise LogoError(f"{file}: {picture.mode} colours, save it as RGB")
    if getattr(picture, "n_frames", 1) != 1:
        raise LogoError(f"{file}: an animation")
