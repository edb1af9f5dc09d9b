import pytest

from local.routes import Route, match

ROUTES = [
    Route("ANY", "$default", "fallback"),
    Route("GET", "/files/{proxy+}", "files"),
    Route("ANY", "/orders/{id}", "any-order"),
    Route("GET", "/orders/{id}", "order"),
    Route("GET", "/orders/new", "new-order"),
    Route("GET", "/orders/{id}/lines/{line}", "line"),
]


@pytest.mark.parametrize(
    ("method", "path", "function", "variables"),
    [
        ("GET", "/orders/new", "new-order", {}),
        ("GET", "/orders/7", "order", {"id": "7"}),
        ("DELETE", "/orders/7", "any-order", {"id": "7"}),
        ("GET", "/orders/a%20b/lines/2", "line", {"id": "a b", "line": "2"}),
        ("GET", "/files/a/b.pdf", "files", {"proxy": "a/b.pdf"}),
        ("GET", "/orders/7/", "fallback", {}),
        ("POST", "/files/a", "fallback", {}),
    ],
)
def test_the_most_specific_route_is_picked(method, path, function, variables):
    found = match(ROUTES, method, path)

    assert found is not None
    assert (found.route.function, found.variables) == (function, variables)


def test_without_a_default_route_the_rest_has_none():
    assert match(ROUTES[1:], "GET", "/elsewhere") is None


def test_a_route_is_named_as_in_the_event():
    assert [route.key for route in ROUTES[:3]] == [
        "$default",
        "GET /files/{proxy+}",
        "ANY /orders/{id}",
    ]
