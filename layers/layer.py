"""What the builds of the layers have in common: kept in a cache, wheels installed, compiled ahead.

A built layer is kept in .cache/layers/<name>/<architecture>/, where tests and tools load it, and is
built again when something that it is made from has changed.
"""

import compileall
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
_UV = ROOT / ".venvs/uv/bin/uv"
_PLATFORMS = {"x86_64": "x86_64-manylinux_2_34", "arm64": "aarch64-manylinux_2_34"}

Manifest = dict[str, Any]
Recipe = Callable[[str, Path], Manifest]
"""Builds for an architecture into a folder and says what is in it."""


def deliver(name: str, inputs: Iterable[Path], recipe: Recipe) -> None:
    """Build what is out of date and copy it to the folders of the command line, as SAM asks."""
    built = build(name, os.environ.get("ARCHITECTURE") or this_machine(), inputs, recipe)
    for folder in sys.argv[1:]:
        shutil.copytree(built, folder, dirs_exist_ok=True)


def this_machine() -> str:
    """Give this machine's architecture as Lambda calls it."""
    return {"aarch64": "arm64"}.get(platform.machine(), platform.machine())


def build(name: str, architecture: str, inputs: Iterable[Path], recipe: Recipe) -> Path:
    """Give the folder of a layer, built anew unless it was built from the same inputs."""
    place = CACHE / "layers" / name / architecture
    digest = _digest_of([*inputs, Path(__file__)])
    with _alone():
        if manifest(place).get("inputs") != digest:
            _build_anew(place, digest, recipe)
    return place


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process build at a time: the next one finds what it wanted."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "layers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build_anew(place: Path, digest: str, recipe: Recipe) -> None:
    name, architecture = place.parts[-2:]
    print(f"{name} layer for {architecture}", file=sys.stderr)  # noqa: T201  a command
    partial = place.with_name(f"{architecture}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    content = recipe(architecture, partial)
    (partial / "manifest.json").write_text(json.dumps({"inputs": digest} | content, indent=1))
    shutil.rmtree(place, ignore_errors=True)
    partial.rename(place)


def manifest(layer: Path) -> Manifest:
    """Read what a built layer says of itself; nothing where it was never built."""
    file = layer / "manifest.json"
    content: Manifest = json.loads(file.read_text()) if file.exists() else {}
    return content


def _digest_of(inputs: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(_files(inputs)):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _files(inputs: Iterable[Path]) -> set[Path]:
    files: set[Path] = set()
    for path in inputs:
        files |= {file for file in path.rglob("*") if file.is_file()} if path.is_dir() else {path}
    return {file for file in files if "__pycache__" not in file.parts}


def install(
    requirements: Path, architecture: str, into: Path, *, excludes: Path | None = None
) -> None:
    """Install the locked wheels for an architecture, whatever this machine's."""
    command: list[str | Path] = [_UV, "pip", "install", "--quiet", "--target", into]
    command += ["--python", sys.executable, "--python-version", "3.13"]
    command += ["--python-platform", _PLATFORMS[architecture]]
    command += ["--only-binary", ":all:", "--no-deps", "--require-hashes"]
    command += ["--excludes", excludes] if excludes else []
    command += ["--requirement", requirements]
    subprocess.run(command, check=True, env={**os.environ, "VIRTUAL_ENV": ""})  # noqa: S603  our own words only


def remove(folder: Path, patterns: Iterable[str]) -> None:
    """Take out what never runs in Lambda."""
    for pattern in patterns:
        for found in folder.glob(pattern):
            shutil.rmtree(found) if found.is_dir() else found.unlink()


def compile_ahead(folder: Path) -> None:
    """Compile: a layer cannot be written to, and its files' times mean nothing (no check)."""
    compileall.compile_dir(
        folder,
        quiet=2,
        stripdir=folder.parent,
        prependdir="/opt",  # Lambda's place for layers, in tracebacks
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )


def installed(folder: Path) -> dict[str, str]:
    """Give the versions of what is installed there, by name."""
    found = distributions(path=[str(folder)])
    return dict(sorted((each.metadata["Name"], each.version) for each in found))
