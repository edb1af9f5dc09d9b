"""Where a Chromium is on this machine."""

import os
import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_ELSEWHERE = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/snap/bin/chromium",
)


def found() -> str | None:
    """Give the program's path: the one that CHROMIUM names, one on PATH, one in a usual place."""
    if named := os.environ.get("CHROMIUM"):
        return named
    on_path = (shutil.which(name) for name in _NAMES)
    elsewhere = (place for place in _ELSEWHERE if Path(place).exists())
    return next(filter(None, (*on_path, *elsewhere)), None)
