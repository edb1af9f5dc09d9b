"""The page as one file, for programs that read files; what they do not know, they pass over."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench.renderers.worker import Work


def written(content: dict[str, Any]) -> Path:
    """Write the page with its stylesheet inside."""
    page = Path(tempfile.mkdtemp()) / "page.html"
    style = f"<style>{content['css']}</style></head>"
    page.write_text(content["html"].replace("</head>", style))
    return page


def printed(command: list[str], page: Path) -> Work:
    """Give the work of a program that is started for each PDF; `command` ends before its files."""
    target = page.with_suffix(".pdf")

    def work() -> bytes:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  the bench's own words
        return target.read_bytes()

    return work
