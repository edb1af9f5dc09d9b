"""Canonical JSON as it is stored: compressed with what documents usually say.

A dictionary of typical documents, known to both sides, spares most of an ordinary invoice, so that
it fits into the KB that a write unit pays for. The stream names the dictionary that it needs (RFC
1950, DICTID: its Adler-32), so what was stored without one, or with an older one, is read as well.
A dictionary never changes and is never removed: another one is another file.
"""

import zlib
from functools import cache
from pathlib import Path

_DICTIONARIES = Path(__file__).parent / "dictionaries"
_IN_USE = "1.txt"
_HEADER = 2  # bytes of a stream before the name of its dictionary
_NAMED = 0x20  # FDICT, in the second of them


def pack(content: bytes) -> bytes:
    """Compress what is to be stored."""
    packer = _packer().copy()
    return packer.compress(content) + packer.flush()


def unpack(packed: bytes) -> bytes:
    """Give back what was stored, whichever dictionary it was packed with."""
    if not packed[1] & _NAMED:
        return zlib.decompress(packed)
    name = int.from_bytes(packed[_HEADER : _HEADER + 4])
    unpacker = zlib.decompressobj(zdict=_dictionaries()[name])
    return unpacker.decompress(packed) + unpacker.flush()


@cache
def _packer() -> "zlib._Compress":
    """Give a packer that has read its dictionary; a copy of it need not."""
    return zlib.compressobj(zlib.Z_BEST_COMPRESSION, zdict=(_DICTIONARIES / _IN_USE).read_bytes())


@cache
def _dictionaries() -> dict[int, bytes]:
    contents = [path.read_bytes() for path in sorted(_DICTIONARIES.glob("*.txt"))]
    return {zlib.adler32(content): content for content in contents}
