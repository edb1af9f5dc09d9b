"""A key opens what it was made for, until it is revoked."""

import json
import re

import requests

from invoicing.keys import key_hash
from local.demo.operator_desk import facturier
from local.demo.shop import Shop
from tests.routes import body_of, folder_of, shops_routes
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


def test_whatever_a_key_is_used_for_is_written_down(stack, our_shop):
    one_of_each = {folder_of(each.name): each for each in shops_routes()}
    headers = {"Authorization": f"Bearer {our_shop.key}"}
    unseen = []

    for folder, route in one_of_each.items():
        use_of(stack, our_shop.key, forget=True)
        path = re.sub(r"\{\w+}", "2026-01-01", route.path)
        body, url = body_of(route), f"{our_shop.api_url}{path}"
        requests.request(route.method, url, headers=headers, json=body, timeout=60)
        unseen += [] if use_of(stack, our_shop.key) else [folder]

    assert len(one_of_each) > 15
    assert unseen == []


def use_of(stack, key, *, forget=False):
    """Read, or forget, when a key was used last."""
    where = {
        "TableName": stack.outputs["OperationsTable"],
        "Key": {"pk": {"S": f"KEY#{key_hash(key)}"}, "sk": {"S": "KEY"}},
    }
    if forget:
        stack.client("dynamodb").update_item(**where, UpdateExpression="REMOVE used_at")
    return stack.client("dynamodb").get_item(**where)["Item"].get("used_at")
