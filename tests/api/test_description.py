"""The API's description says what the code does."""

import pytest
from jsonschema import Draft202012Validator

from api import description
from api.description import shape
from api.operations import OPERATIONS
from tests import contract
from tests.test_architecture import api_routes


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_described_is_a_route_of_the_template_and_of_its_function(name):
    known = {shape(route) for route in api_routes()}
    path, _, file = name.rpartition("/")

    assert shape(name) in known or (file in {"pdf", "xml"} and shape(f"{path}/{{file}}") in known)
    assert shape(name) in description.routes()


def test_every_route_of_a_function_is_described():
    assert set(description.routes()) == {shape(name) for name in OPERATIONS}


def test_no_two_operations_have_one_name():
    ids = [
        operation["operationId"]
        for operations in contract.promised()["paths"].values()
        for operation in operations.values()
    ]

    assert len(ids) == len(set(ids)) == len(OPERATIONS)


def test_every_schema_is_one():
    for schema in contract.promised()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_says_what_it_does():
    for operations in contract.promised()["paths"].values():
        for operation in operations.values():
            assert operation["summary"].endswith(".")


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ((200, {"content-type": "application/json"}, b'{"orders": [], "cursor": null}'), None),
        ((200, {"content-type": "application/json"}, b'{"orders": []}'), "cursor"),
        ((200, {"content-type": "text/plain"}, b""), "text/plain"),
        ((418, {"content-type": "application/json"}, b"{}"), "418"),
    ],
)
def test_an_answer_that_is_not_as_promised_is_noticed(answer, fault):
    if fault:
        with pytest.raises(Exception, match=fault):
            contract.hold("GET", "/v1/orders", answer)
    else:
        contract.hold("GET", "/v1/orders", answer)
