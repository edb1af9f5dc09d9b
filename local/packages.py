"""The code folders of a built template, as the emulator gets them.

A function is zipped, as on AWS. A layer is not: each of the emulator's workers would unpack it
again, and 7,000 files take seconds, on every cold start. So a layer's zip holds one line of Python
that puts the layer's folder on the path. That folder is a copy by hard links, named by its content:
building again does not pull it away from under a running stack.
"""

import errno
import hashlib
import os
import secrets
import shutil
import time
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # types-PyYAML is not among our requirements

# Where SAM's resources name their code folder.
CODE_PROPERTY = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: equal content, equal bytes
_PATH_LINE = "python/lib/python3.13/site-packages/linked_layer.pth"
_KEEP_FOR = 24 * 3600.0

Template = dict[str, Any]


@dataclass(frozen=True)
class _Folder:
    """A resource's local code folder."""

    kind: str
    path: Path


@dataclass(frozen=True)
class Package:
    """A code folder's zip. `key` is its name in the bucket."""

    logical_id: str
    file: Path

    @property
    def key(self) -> str:
        """Content names it, so the same code is the same object."""
        return self.file.name


_NOT_BUILT = Path(__file__).parent / "nothing"


def read(built_template: Path) -> Template:
    """Read a template that `sam build` wrote: with intrinsic functions spelt out, plain YAML."""
    template: Template = yaml.safe_load(built_template.read_text())
    return template


def package(built_template: Path) -> Sequence[Package]:
    """Make the package of every local code folder of a built template, unless it is there."""
    folders = _code_folders(built_template)
    cache = built_template.absolute().parents[1] / "packages"
    cache.mkdir(parents=True, exist_ok=True)
    once = set(folders.values())
    with ThreadPoolExecutor() as pool:
        files = dict(zip(once, pool.map(lambda folder: _package(folder, cache), once), strict=True))
    _forget_the_unused(cache)
    return [Package(logical_id, files[folder]) for logical_id, folder in folders.items()]


def _code_folders(built_template: Path) -> dict[str, _Folder]:
    """Find each resource's local code folder. `sam build` writes them relative to the template.

    The optional layer of fonts is built by `make deploy` alone and is on nobody's path here; where
    it is not built, something takes its place, for the template must be whole.
    """
    found = {}
    for logical_id, resource in read(built_template)["Resources"].items():
        kind = resource["Type"]
        place = resource.get("Properties", {}).get(CODE_PROPERTY.get(kind, ""))
        if isinstance(place, str) and not place.startswith("s3://"):
            path = built_template.parent / place
            found[logical_id] = _Folder(kind, path if path.is_dir() else _NOT_BUILT)
    return found


def _package(folder: _Folder, cache: Path) -> Path:
    files = sorted(path for path in folder.path.rglob("*") if path.is_file())
    name = cache / _digest(folder.path, files)
    if folder.kind == "AWS::Serverless::LayerVersion":
        return _linked(folder.path, name)
    return _zipped(folder.path, files, name.with_suffix(".zip"))


def _zipped(folder: Path, files: Sequence[Path], target: Path) -> Path:
    """Give the folder's zip, made under another name first: a broken-off start leaves no half."""
    if not target.exists():
        draft = _draft(target)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                mode = file.stat().st_mode  # Lambda keeps the execute bit
                _add(archive, file.relative_to(folder).as_posix(), file.read_bytes(), mode=mode)
        draft.replace(target)
    os.utime(target)
    return target


def _linked(folder: Path, copy: Path) -> Path:
    """Copy a layer by hard links, and give a zip that leads there."""
    if not copy.exists():
        _copy(folder, copy)
    os.utime(copy)
    line = f"import sys; sys.path[:0] = [{str(copy)!r}, {str(copy / 'python')!r}]\n"
    target = copy.with_suffix(".zip")
    draft = _draft(target)
    with zipfile.ZipFile(draft, "w") as archive:
        _add(archive, _PATH_LINE, line.encode(), mode=0o644)
    return draft.replace(target)


def _copy(folder: Path, copy: Path) -> None:
    draft = _draft(copy)
    shutil.copytree(folder, draft, copy_function=os.link)
    try:
        draft.rename(copy)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):  # another start was faster
            raise
        shutil.rmtree(draft)


def _draft(target: Path) -> Path:
    """Name what is being made so that two makers at once do not meet."""
    return target.with_name(f"{target.name}.{secrets.token_hex(4)}.draft")


def _add(archive: zipfile.ZipFile, name: str, content: bytes, *, mode: int) -> None:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type = archive.compression
    entry.external_attr = mode << 16
    archive.writestr(entry, content)


def _digest(folder: Path, files: Sequence[Path]) -> str:
    """Hash names, modes and contents; compiled modules differ with each build and mean nothing."""
    digest = hashlib.sha256()
    for file in (file for file in files if file.suffix != ".pyc"):
        digest.update(f"{file.relative_to(folder)} {file.stat().st_mode:o}\n".encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:32]


def _forget_the_unused(cache: Path) -> None:
    """Delete what no start has used for a day; a running stack may use what is younger."""
    for entry in cache.iterdir():
        with suppress(FileNotFoundError):  # another start may have renamed or deleted it
            if time.time() - entry.stat().st_mtime > _KEEP_FOR:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
