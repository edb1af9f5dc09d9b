from types import SimpleNamespace

import pytest

from bench import standing


def a_stack(resources, *, called=()):
    template = {"Resources": {f"R{n}": each for n, each in enumerate(resources)}}
    return SimpleNamespace(
        deployment=SimpleNamespace(template=template),
        logs=lambda name: ["REPORT"] if name in called else [],
    )


def a_mapping(**properties):
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}


def test_a_queue_is_asked_by_two_and_by_five_where_a_maximum_is_set_and_a_stream_costs_nothing():
    stack = a_stack(
        [a_mapping(), a_mapping(ScalingConfig={}), a_mapping(StartingPosition="LATEST")]
    )

    assert standing.usd(stack)["polls"] == pytest.approx(7 * 3 * 43200 * 0.40e-6)


def test_a_key_is_asked_for_where_orders_are_rare_and_kept_where_they_are_not():
    function = {"Type": "AWS::Lambda::Function"}
    stack = a_stack([function, function], called=("R0",))

    assert standing.asked_of_keys(stack, 10) == pytest.approx(3 * 10 * 0.03 / 10_000, rel=0.01)
    assert standing.asked_of_keys(stack, 1_000_000) < 1e-12
