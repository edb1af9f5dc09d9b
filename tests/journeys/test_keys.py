"""A key opens what it was made for, until it is revoked."""

import json

from local.demo.operator_desk import facturier
from local.demo.shop import Shop
from tests.sales import an_order


def test_a_key_for_the_shops_server_posts_orders_and_releases_none(stack, our_shop):
    made = facturier(stack, "key", "create", "journeys", "--scope", "orders:write")
    server, order = Shop(stack.api_url, json.loads(made)["key"]), an_order()

    assert server.post(order).status_code == 202
    refused = server.decide(order["id"], "release", reasons=[])
    assert (refused.status_code, refused.json()["scope"]) == (403, "admin")
    assert server.get(f"/v1/orders/{order['id']}").status_code == 403

    listed = json.loads(facturier(stack, "key", "list", "journeys"))
    [key] = [each for each in listed if server.key.startswith(each["prefix"])]
    assert "used_at" in key
    facturier(stack, "key", "revoke", "journeys", key["prefix"])
    assert server.post(order).status_code == 401
    assert our_shop.post(order).status_code == 202
