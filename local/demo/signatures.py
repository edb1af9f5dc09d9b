"""RSA signatures verified with whole numbers alone, as an outsider would (RFC 8017, 8.2.2)."""

import base64

# ASN.1 of "this is a SHA-256", in front of the hash (RFC 8017, 9.2).
_SHA_256 = bytes.fromhex("3031300d060960864801650304020105000420")


def is_signed(sha256: str, signature: bytes, public_key: str) -> bool:
    """Say whether the key's owner signed this hash; the key is DER in base64."""
    modulus, exponent = _numbers(base64.b64decode(public_key))
    size = (modulus.bit_length() + 7) // 8
    meant = _SHA_256 + bytes.fromhex(sha256)
    padded = b"\x00\x01" + b"\xff" * (size - len(meant) - 3) + b"\x00" + meant
    opened = pow(int.from_bytes(signature), exponent, modulus)
    return len(signature) == size and opened.to_bytes(size) == padded


def _numbers(der: bytes) -> tuple[int, int]:
    """Read modulus and exponent out of a SubjectPublicKeyInfo."""
    _, key = _values(_values(der)[0])  # the algorithm, and a bit string
    modulus, exponent = _values(_values(key[1:])[0])
    return int.from_bytes(modulus), int.from_bytes(exponent)


def _values(der: bytes) -> list[bytes]:
    """Read the contents of values that stand one after the other."""
    found = []
    while der:
        length, start = der[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[2:start])
        found.append(der[start : start + length])
        der = der[start + length :]
    return found
