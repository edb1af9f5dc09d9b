"""Shared libraries: what they need, and how they run on an older C library and from any place."""

import re
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

YOUNGEST_GLIBC = (2, 34)
"""The C library of Amazon Linux 2023, on which Lambda's Python 3.13 runs."""


def glibc(library: bytes) -> tuple[int, int]:
    """Give the youngest glibc whose symbol versions a library names; (0, 0) if it names none."""
    versions = re.findall(rb"\0GLIBC_(\d+)\.(\d+)", library)
    return max(((int(major), int(minor)) for major, minor in versions), default=(0, 0))


def for_older_glibc(expat: bytes) -> bytes:
    """Let libexpat take its few random bytes from a function that the older C library has.

    It asks for arc4random_buf (glibc 2.36); getentropy (2.25) has the same signature and is made
    for short requests. Names of undefined symbols are in no hash table of the library itself, so
    both names, the version's name and the version's hash are all there is to change.
    """
    if glibc(expat) <= YOUNGEST_GLIBC:
        return expat
    symbol, version = b"\0arc4random_buf\0", b"\0GLIBC_2.36\0"
    version_hash = struct.pack("<I", _hash(b"GLIBC_2.36"))
    once = expat.count(version) == expat.count(version_hash) == 1
    if not once or not 0 < expat.find(symbol) < expat.find(version):
        raise ValueError(
            "libexpat is not the one we know: what it wants of glibc 2.36 is elsewhere"
        )
    edits = {
        symbol: b"\0getentropy\0".ljust(len(symbol), b"\0"),  # the first is the symbol's name
        version: b"\0GLIBC_2.25\0",
        version_hash: struct.pack("<I", _hash(b"GLIBC_2.25")),
    }
    for old, new in edits.items():
        expat = expat.replace(old, new, 1)
    return expat


def _hash(name: bytes) -> int:
    """Give the System V hash of a name, as the version tables hold it."""
    value = 0
    for letter in name:
        value = (value << 4) + letter
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high & 0xFFFFFFFF
    return value


def needed(library: Path) -> list[str]:
    """Give the file names of the libraries that this one asks for (DT_NEEDED)."""
    return _patchelf("--print-needed", library).split()


def look_beside_itself(library: Path) -> None:
    """Make the loader look in the library's own folder first.

    DT_RPATH, not DT_RUNPATH: it comes before LD_LIBRARY_PATH, where Lambda has /lib64 first.
    """
    _patchelf("--force-rpath", "--set-rpath", "$ORIGIN", library)


def closure(roots: Iterable[Path], folder: Path) -> set[Path]:
    """Give the libraries of a folder that these, or what they need, ask for."""
    found: set[Path] = set()
    todo = [folder / name for root in roots for name in needed(root)]
    while todo:
        library = todo.pop()
        if library not in found and library.exists():
            found.add(library)
            todo += [folder / name for name in needed(library)]
    return found


def _patchelf(*words: str | Path) -> str:
    tool = Path(sys.executable).parent / "patchelf"
    return subprocess.run([tool, *words], check=True, text=True, stdout=subprocess.PIPE).stdout  # noqa: S603  our own words only
