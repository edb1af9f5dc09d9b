"""Debian's packages, fetched and unpacked without root and without dpkg.

Pango and what it needs are on no Python index for Linux. Debian bookworm's builds run on Lambda's
Python 3.13 (Amazon Linux 2023, glibc 2.34): bullseye has no hb-subset, trixie wants glibc 2.41.
apt checks Debian's signatures; it gets folders of its own, so it needs no root, leaves the host
alone and fetches for either architecture.
"""

import io
import os
import platform
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

RELEASE = "bookworm"
_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
_AR_MAGIC = b"!<arch>\n"
_AR_HEADER = 60


class NoSourceError(RuntimeError):
    """This host does not say where Debian bookworm's packages are."""


@dataclass(frozen=True, slots=True)
class Package:
    """One fetched package."""

    name: str
    version: str
    sha256: str
    file: Path


@dataclass(frozen=True, slots=True)
class Content:
    """What packages hold for us: libraries by file name (links followed), licences by package."""

    libraries: dict[str, bytes]
    licences: dict[str, bytes]


def fetch(names: list[str], architecture: str, cache: Path) -> list[Package]:
    """Bring the packages' current versions into the cache; what is there already is not fetched."""
    folder = cache / architecture
    folder.mkdir(parents=True, exist_ok=True)
    private = cache / "apt" / architecture
    apt = [*_apt(architecture, private)]
    _run([*apt, "update"], private)
    told = _run([*apt, "download", "--print-uris", *names], private)
    _run([*apt, "download", *names], folder)
    return [_package(line, folder) for line in told.splitlines() if line.startswith("'")]


def _run(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, text=True, stdout=subprocess.PIPE).stdout  # noqa: S603  our own words only


def _package(line: str, folder: Path) -> Package:
    """Read a line of `--print-uris`: 'address' file size SHA256:hash."""
    _, file, _, sha256 = line.rsplit(" ", 3)
    name, version, _ = file.split("_")
    return Package(name, version, sha256.removeprefix("SHA256:"), folder / file)


def _apt(architecture: str, private: Path) -> Iterator[str]:
    """Give apt-get's command line: another state, another architecture, the host's mirrors."""
    (private / "state/lists/partial").mkdir(parents=True, exist_ok=True)
    (private / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
    (private / "status").touch()
    settings = {
        "APT::Architecture": _ARCHITECTURES[architecture],
        "APT::Architectures": _ARCHITECTURES[architecture],
        "APT::Sandbox::User": "root",  # no other user may write into our folders
        "Acquire::Languages": "none",
        "Dir::State": str(private / "state"),
        "Dir::State::status": str(private / "status"),
        "Dir::Cache": str(private / "cache"),
        **_sources(private),
    }
    yield from ("apt-get", "-qq")
    for key, value in settings.items():
        yield from ("-o", f"{key}={value}")


def _sources(private: Path) -> dict[str, str]:
    """Use the host's own sources if it is a bookworm, else those of the mirror that is named."""
    mirror = os.environ.get("DEBIAN_MIRROR")
    if not mirror and platform.freedesktop_os_release().get("VERSION_CODENAME") == RELEASE:
        return {}
    if not mirror:
        raise NoSourceError(
            f"this host is not Debian {RELEASE}: set DEBIAN_MIRROR to a Debian mirror's address, "
            "and install apt and debian-archive-keyring"
        )
    key = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    listed = private / "sources.list"
    listed.write_text(
        f"deb {key} {mirror} {RELEASE} main\n"
        f"deb {key} {mirror.rstrip('/')}-security {RELEASE}-security main\n"
    )
    return {"Dir::Etc::sourcelist": str(listed), "Dir::Etc::sourceparts": "/dev/null"}


def unpack(packages: list[Package]) -> Content:
    """Read the shared libraries and the licences out of the packages."""
    libraries: dict[str, bytes] = {}
    links: dict[str, str] = {}
    licences: dict[str, bytes] = {}
    for package in packages:
        with _opened(package) as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if member.issym():
                    links[path.name] = PurePosixPath(member.linkname).name
                elif ".so" in path.name:
                    libraries[path.name] = _content(archive, member)
                elif path.name == "copyright":
                    licences[package.name] = _content(archive, member)
    linked = {name: libraries[target] for name, target in links.items() if target in libraries}
    return Content(libraries | linked, licences)


def files(package: Package) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Read a package's files one after the other."""
    with _opened(package) as archive:
        for member in archive:
            if member.isfile():
                yield PurePosixPath(member.name), _content(archive, member)


def _opened(package: Package) -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO(_data_of(package.file.read_bytes())))


def _content(files: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = files.extractfile(member)
    return file.read() if file else b""


def _data_of(package: bytes) -> bytes:
    """Give a package's data archive; a package is an `ar` of three members (deb(5))."""
    if not package.startswith(_AR_MAGIC):
        raise ValueError("this is not a Debian package")
    at = len(_AR_MAGIC)
    while at < len(package):
        name, size = package[at : at + 16].strip(), int(package[at + 48 : at + 58])
        at += _AR_HEADER
        if name.startswith(b"data.tar"):
            return package[at : at + size]
        at += size + size % 2
    raise ValueError("this Debian package has no data")
