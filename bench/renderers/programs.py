"""The programs among the others: found on this machine, or unpacked from Debian's packages."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from layers import layer
from layers.weasyprint import debian

_PACKAGES = Path(__file__).parent / "wkhtmltopdf.txt"
_PLACE = layer.CACHE / "wkhtmltopdf"
_SCRIPT = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}" XDG_RUNTIME_DIR=/tmp
export QT_QPA_PLATFORM=offscreen QT_QPA_PLATFORM_PLUGIN_PATH="{libraries}/qt5/plugins/platforms"
exec "{program}" "$@"
"""


@cache
def chromium() -> str | None:
    """Give Chromium's path, which CHROMIUM may name."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    on_path = (shutil.which(name) for name in names)
    return os.environ.get("CHROMIUM") or next(filter(None, on_path), None)


@cache
def wkhtmltopdf() -> str | None:
    """Give wkhtmltopdf's path: on PATH, or unpacked without root; None where neither runs."""
    found = shutil.which("wkhtmltopdf")
    if found:
        return found
    script = _PLACE / "wkhtmltopdf"
    try:
        if not script.exists():
            _unpack(script)
        subprocess.run([script, "--version"], check=True, capture_output=True)  # noqa: S603  our own
    except (debian.NoSourceError, OSError, subprocess.CalledProcessError):
        return None
    return str(script)


def _unpack(script: Path) -> None:
    partial = _PLACE.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    names = _PACKAGES.read_text().split()
    for package in debian.fetch(names, layer.this_machine(), layer.CACHE / "debian"):
        subprocess.run(["dpkg", "-x", package.file, partial], check=True)  # noqa: S603, S607  Debian's own
    libraries = next(partial.glob("usr/lib/*/qt5")).parent.relative_to(partial)
    words = {"libraries": _PLACE / libraries, "program": _PLACE / "usr/bin/wkhtmltopdf"}
    (partial / script.name).write_text(_SCRIPT.format(**words))
    (partial / script.name).chmod(0o755)
    partial.rename(_PLACE)
