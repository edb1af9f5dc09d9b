import pytest

from audit.__main__ import verdict

CLEAN = {"name": "jinja2", "version": "3.1.6", "vulns": []}
UNKNOWN = {"name": "boto3", "skip_reason": "Dependency not found on PyPI"}
FLAW = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"]}
VULNERABLE = {"name": "lxml", "version": "1.0", "vulns": [FLAW]}


@pytest.mark.parametrize(
    ("packages", "code", "lines"),
    [
        ([CLEAN], 0, []),
        ([CLEAN, UNKNOWN], 3, ["boto3: not looked up"]),
        ([VULNERABLE], 1, ["lxml 1.0: PYSEC-2026-1, mended in 2.0"]),
        (
            [UNKNOWN, VULNERABLE],
            1,
            ["boto3: not looked up", "lxml 1.0: PYSEC-2026-1, mended in 2.0"],
        ),
    ],
)
def test_a_package_that_nobody_could_ask_about_is_not_called_safe(packages, code, lines):
    assert verdict(packages) == (code, lines)
