import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.packages import Package, package


@pytest.fixture
def build(built_probe: Path, tmp_path: Path) -> Path:
    folder = tmp_path / ".aws-sam" / "build"
    shutil.copytree(built_probe.parent, folder)
    return folder


def packages(build: Path) -> dict[str, Package]:
    return {one.logical_id: one for one in package(build / "template.yaml")}


def test_a_function_is_zipped_once_for_the_same_content(build):
    first = packages(build)["Watch"].file
    first_made = first.stat().st_ino
    (build / "Watch" / "app.py").touch()

    again = packages(build)["Watch"].file

    assert again == first
    assert again.stat().st_ino == first_made


def test_functions_of_equal_content_share_a_package(build):
    assert packages(build)["Work"].key == packages(build)["Order"].key


def test_other_content_is_another_package(build):
    first = packages(build)
    (build / "Watch" / "app.py").write_text("changed = True")

    again = packages(build)

    assert {name for name in first if first[name].key != again[name].key} == {"Watch"}


def test_a_layer_stays_where_it_was_when_it_is_built_again(build, tmp_path):
    shutil.unpack_archive(packages(build)["Greeting"].file, tmp_path / "unpacked")
    shutil.rmtree(build / "Greeting")
    site = tmp_path / "unpacked" / "python" / "lib" / "python3.13" / "site-packages"
    read = f"import site; site.addsitedir({str(site)!r}); import greeting; print(greeting.WORDS)"

    said = subprocess.run(  # noqa: S603 - our own python
        [sys.executable, "-I", "-c", read], check=True, capture_output=True, text=True
    )

    assert said.stdout.strip() == "good day"
