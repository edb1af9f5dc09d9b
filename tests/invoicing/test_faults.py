import pytest

from invoicing import faults


@pytest.mark.parametrize(
    ("loc", "path"),
    [
        ((), "$"),
        (("body",), "$"),
        (("body", "buyer", "email"), "$.buyer.email"),
        (("body", "lines", 0, "price"), "$.lines[0].price"),
    ],
)
def test_a_fault_is_placed_by_its_json_path(loc, path):
    assert faults.path(loc) == path
