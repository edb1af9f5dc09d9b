"""Shared libraries: the C library that they want, and the one change to libexpat."""

from pathlib import Path

import pytest

from layers import layer
from layers.weasyprint import build, debian, elf


@pytest.fixture(scope="module", params=["x86_64", "arm64"])
def expat(request: pytest.FixtureRequest) -> bytes:
    build.build(request.param)  # its packages are then in the cache
    fetched = (layer.CACHE / "debian" / request.param).glob("libexpat1_*.deb")
    newest = max(fetched, key=lambda file: file.stat().st_mtime)
    package = debian.Package("libexpat1", "", "", newest)
    return debian.unpack([package]).libraries["libexpat.so.1"]


def test_libexpat_asks_an_older_c_library_for_its_random_bytes(expat: bytes):
    patched = elf.for_older_glibc(expat)

    assert elf.glibc(expat) == (2, 36)
    assert elf.glibc(patched) <= elf.YOUNGEST_GLIBC
    assert len(patched) == len(expat)
    assert elf.for_older_glibc(patched) == patched


def test_a_libexpat_that_we_do_not_know_is_not_touched(expat: bytes):
    another = expat.replace(b"\0arc4random_buf\0", b"\0arc4random_xyz\0")

    with pytest.raises(ValueError, match="not the one we know"):
        elf.for_older_glibc(another)


def test_the_youngest_symbol_version_counts():
    assert elf.glibc(b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.17\0") == (2, 34)


def test_a_library_that_names_no_version_runs_anywhere():
    assert elf.glibc(Path(__file__).read_bytes()[:40]) == (0, 0)
