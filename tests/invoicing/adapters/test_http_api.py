import base64

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from invoicing import faults
from invoicing.adapters import http_api
from invoicing.adapters.http_api import UnknownKeyError
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import NotFoundError
from tests.builders import a_seller
from tests.doors import Context, a_call, call


def an_event(**how):
    return APIGatewayProxyEventV2(a_call("GET", "/v1/orders/1", **how))


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_key_names_its_seller(scheme):
    event = an_event(key=None, headers={"authorization": f"{scheme} fk_test"})

    assert http_api.caller(event) == a_seller()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "header",
    ["", "fk_test", "Basic fk_test", "Bearer", "Bearer ", "Bearer fk_tes", "Bearer fk_testt"],
)
def test_anything_else_names_nobody(header):
    with pytest.raises(UnknownKeyError):
        http_api.caller(an_event(key=None, headers={"authorization": header}))


@pytest.mark.usefixtures("deployed")
def test_the_key_of_a_seller_who_is_not_there_opens_nothing():
    sellers().save_key(http_api.key_hash("fk_test"), "atelier", prefix="fk_t")

    with pytest.raises(NotFoundError):
        http_api.caller(an_event())


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

    assert headers["content-type"] == http_api.PROBLEM
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
