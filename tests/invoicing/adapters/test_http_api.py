import base64
import json

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from invoicing.adapters import http_api
from invoicing.adapters.http_api import caller
from invoicing.adapters.operations.keys_table import keys
from invoicing.keys import SCOPES
from tests.builders import a_seller, an_api_key
from tests.doors import FUNCTIONS, Context, a_call, call, function


def an_event(**how):
    return APIGatewayProxyEventV2(a_call("GET", "/v1/orders/1", **how))


def enter(scope="read", **how):
    """Call a route of this scope; give who was let in, or the answer."""
    app, entered = http_api.shop_api(), []
    app.get("/v1/orders/1", security=http_api.needs(scope))(lambda: entered.append(caller(app)))
    answer = app.resolve(a_call("GET", "/v1/orders/1", **how), Context())
    return entered[0] if entered else (answer["statusCode"], json.loads(answer["body"]))


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_key_names_its_seller(scheme):
    assert enter(key=None, headers={"authorization": f"{scheme} fk_test"}) == a_seller()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "header",
    ["", "fk_test", "Basic fk_test", "Bearer", "Bearer ", "Bearer fk_tes", "Bearer fk_testt"],
)
def test_anything_else_names_nobody(header):
    status, _ = enter(key=None, headers={"authorization": header})

    assert status == 401


@pytest.mark.usefixtures("deployed")
def test_the_key_of_a_seller_who_is_not_there_opens_nothing():
    keys().save(an_api_key())

    status, _ = enter()

    assert status == 404


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("has", SCOPES)
@pytest.mark.parametrize("asked", SCOPES)
def test_a_key_opens_its_own_scope_and_admin_opens_all(has, asked):
    keys().save(an_api_key("fk_narrow", scope=has))

    found = enter(asked, key="fk_narrow")

    assert (found == a_seller()) is (has in {asked, "admin"})
    if found != a_seller():
        problem = {
            "type": "about:blank",
            "title": f"This key has not the scope {asked}",
            "status": 403,
            "scope": asked,
        }
        assert found == (403, problem)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(("length", "status"), [(1_000_000, 401), (1_000_001, 413)])
def test_what_is_too_long_to_be_an_order_is_not_even_read(length, status):
    answer = call("take_order", "POST", "/v1/orders", body="[" * length, key=None)

    assert answer.status == status


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_body_is_json_whatever_its_sender_calls_it(kind):
    """`curl -d` alone calls it a form; a fault then named the whole body as its field."""
    order = {"id": "1001", "buyer": {"name": "Camille Moreau"}}

    answer = call("take_order", "POST", "/v1/orders", body=order, headers={"content-type": kind})

    assert answer.status == 422
    assert "$.lines" in {each["path"] for each in answer.json["errors"]}
    assert "Camille" not in answer.text


@pytest.mark.usefixtures("shop")
def test_who_may_not_enter_learns_nothing_about_bodies():
    keys().save(an_api_key("fk_reads", scope="read"))

    assert call("take_order", "POST", "/v1/orders", body={}, key="fk_reads").status == 403
    assert call("take_order", "POST", "/v1/orders", body={}, key="fk_nobody").status == 401


@pytest.mark.usefixtures("shop")
def test_the_guard_is_let_go_by_the_sellers_own_key_alone():
    """Else whoever steals a shop's key releases himself what the guard has held."""
    keys().save(an_api_key("fk_shop", scope="orders:write"))

    for path in ("/v1/orders/1/release", "/v1/invoices/1/credit-notes/1/release"):
        answer = call("decide_order", "POST", path, body={"reasons": []}, key="fk_shop")
        assert (answer.status, answer.json["scope"]) == (403, "admin")
    every = call("release_requests", "POST", "/v1/orders/release", body={}, key="fk_shop")
    assert every.status == 403


def test_every_route_that_shops_call_names_its_scope():
    """What only reads says so; nothing that writes is opened by a key that reads."""
    for path in FUNCTIONS.glob("*/app.py"):
        app = getattr(function(path.parent.name), "app", None)
        if "http_api.caller" not in path.read_text():
            continue
        for route in app._static_routes + app._dynamic_routes:  # noqa: SLF001  nothing lists them
            [[scope]] = [each["key"] for each in route.security]
            assert scope in SCOPES
            assert (scope == "read") is (route.method == "GET"), route.rule


def test_buyers_find_the_pages_where_the_shop_called(monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "")

    assert http_api.site(an_event()) == "https://api.example"


def test_buyers_find_the_pages_on_the_sellers_own_domain(monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://factures.example")

    assert http_api.site(an_event()) == "https://factures.example"


@pytest.mark.parametrize("encoded", [True, False])
def test_a_body_is_had_as_it_came_to_the_byte(encoded):
    raw = '{"é": "€"}\n'.encode()
    body = base64.b64encode(raw).decode() if encoded else raw.decode()
    event = APIGatewayProxyEventV2(a_call("POST", "/", body=body) | {"isBase64Encoded": encoded})

    assert http_api.raw_body(event) == raw


def test_an_error_inside_is_told_to_nobody_outside():
    app = http_api.shop_api()

    def fail() -> None:
        raise RuntimeError("password=hunter2")

    app.get("/v1/orders/1")(fail)

    with pytest.raises(RuntimeError):  # API Gateway answers 500 with a body of its own
        app.resolve(a_call("GET", "/v1/orders/1"), Context())


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[" * 100_000,
        '{"rounding": ' + "9" * 5_000 + "}",
        '{"rounding": 1e9999999}',
        '{"rounding": 1e99999999999999999999}',
        '{"note": ' + "[" * 5_000 + "]" * 5_000 + "}",
        '{"note": "\\ud800"}',
        '{"\\ud800": 1}',
    ],
)
def test_what_cannot_be_read_is_the_callers_fault(body):
    assert call("take_order", "POST", "/v1/orders", body=body).status == 422


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("path", ["/v1/orders/1", "/v1/nothing"])
def test_whatever_is_answered_is_for_its_caller_alone(path):
    headers = call("serve_orders", "GET", path).headers

    assert headers["content-type"] == "application/problem+json"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
