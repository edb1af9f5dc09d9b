"""Debian's packages: where they come from, and what is read out of them."""

import platform
from pathlib import Path

import pytest

from layers.weasyprint import debian


def test_a_host_that_is_not_bookworm_must_name_a_mirror(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"VERSION_CODENAME": "noble"})

    with pytest.raises(debian.NoSourceError, match="DEBIAN_MIRROR"):
        debian.fetch(["libexpat1"], "x86_64", tmp_path)


def test_a_named_mirror_serves_bookworm_and_its_security_updates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DEBIAN_MIRROR", "file:///mirror/debian/")
    asked: list[list[str]] = []
    monkeypatch.setattr(debian, "_run", lambda command, _: asked.append(command) or "")

    debian.fetch(["libexpat1"], "arm64", tmp_path)

    sources = (tmp_path / "apt/arm64/sources.list").read_text()
    assert "file:///mirror/debian/ bookworm main" in sources
    assert "file:///mirror/debian-security bookworm-security main" in sources
    assert all("APT::Architecture=arm64" in command for command in asked)


def test_what_is_no_package_is_not_unpacked(tmp_path: Path):
    file = tmp_path / "libexpat1_1_amd64.deb"
    file.write_bytes(b"<html>not found</html>")

    with pytest.raises(ValueError, match="not a Debian package"):
        debian.unpack([debian.Package("libexpat1", "1", "", file)])
