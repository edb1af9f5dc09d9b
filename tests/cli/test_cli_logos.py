"""Which pictures can be a logo."""

from pathlib import Path

import pytest
from PIL import Image

from cli import logos
from cli.logos import LogoError
from invoicing.logos import MOST_BYTES


def saved(folder: Path, name: str = "logo.png", **options: object) -> Path:
    """Save a picture, a plain one unless a test says otherwise."""
    mode, size = str(options.pop("mode", "RGBA")), options.pop("size", (300, 80))
    assert isinstance(size, tuple)
    file = folder / name
    Image.new(mode, size).save(file, **options)
    return file


@pytest.mark.parametrize("name", ["logo.png", "logo.jpeg", "named-wrongly.gif"])
def test_a_small_png_or_jpeg_is_a_logo_whatever_it_is_called(tmp_path, name):
    kind = "jpeg" if name == "logo.jpeg" else "png"
    file = saved(tmp_path, name, format=kind, mode="RGB")

    logo, data = logos.read(file)

    assert logo.type == kind
    assert logo.is_of(data)
    assert not logo.is_of(data + b" ")


REFUSED = {
    "too many pixels": {"size": (1501, 10)},
    "cmyk": {"name": "logo.jpg", "mode": "CMYK"},
    "sixteen bits": {"mode": "I;16"},
    "another format": {"name": "logo.gif", "mode": "RGB"},
    "an animation": {"save_all": True, "append_images": [Image.new("RGBA", (300, 80), "red")]},
}


@pytest.mark.parametrize("options", REFUSED.values(), ids=REFUSED)
def test_what_no_document_can_show_is_refused(tmp_path, options):
    file = saved(tmp_path, **options)

    with pytest.raises(LogoError):
        logos.read(file)


def test_a_picture_that_decodes_to_far_more_than_it_weighs_is_refused(tmp_path):
    bomb = saved(tmp_path, mode="1", size=(30_000, 10_000), optimize=True)
    assert bomb.stat().st_size < MOST_BYTES

    with pytest.raises(LogoError):
        logos.read(bomb)


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b"x" * 100_001],
    ids=["nothing", "svg", "a beginning", "too large"],
)
def test_what_is_no_picture_is_refused(tmp_path, data):
    file = tmp_path / "logo.png"
    file.write_bytes(data)

    with pytest.raises(LogoError):
        logos.read(file)


def test_a_picture_cut_short_is_refused(tmp_path):
    file = saved(tmp_path)
    file.write_bytes(file.read_bytes()[:60])

    with pytest.raises(LogoError):
        logos.read(file)
