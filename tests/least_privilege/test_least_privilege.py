from datetime import date, timedelta

import pytest

from local.stack import ROOT
from tests import aws
from tests.least_privilege.__main__ import read_journeys, read_reasons, sample
from tests.least_privilege.permissions import Call, Grant, Permission, declared, reduced
from tests.least_privilege.replays import is_refusal, needed

TABLE = "arn:aws:dynamodb:eu-west-3:000000000000:table/facturier-Operations-1"
READ = Permission("ServeApi", "dynamodb:GetItem", "Operations")


def a_grant(permission=READ, *, partitions=()):
    return Grant(permission, role="facturier-ServeApiRole-1", arn=TABLE, partitions=partitions)


def a_call(action=READ.action, *, session="facturier-ServeApi-1", keys=("KEY#1",), allowed=True):
    role = a_grant().role
    return Call(role, session, action, TABLE, keys=keys, allowed=allowed)


def test_each_permission_has_a_journey_that_fails_without_it_or_a_reason():
    journeys, reasons = read_journeys(), read_reasons()

    again = "make least-privilege finds the journey of a permission, or that it has none"
    assert {*declared()} - {*journeys, *reasons} == set(), again
    assert {*journeys, *reasons} - {*declared()} == set(), again
    assert journeys.keys() & reasons.keys() == set()
    assert all(reasons.values())


def test_no_permission_is_given_twice():
    assert len(declared()) == len({*declared()})


def test_the_journeys_that_fail_are_there():
    for name in {*read_journeys().values()}:
        file, _, test = name.partition("::")
        assert f"def {test.partition('[')[0]}(" in (ROOT / file).read_text(), name


def test_a_resource_that_is_not_named_in_full_has_its_reason_beside_it():
    lines = aws.TEMPLATE.read_text().splitlines()
    wild = [line for line in lines if "Resource" in line and "*" in line.partition("#")[0]]

    assert wild
    assert [line for line in wild if " # " not in line] == []


def test_only_who_alone_lets_a_call_pass_is_needed():
    whole, some = a_grant(), a_grant(partitions=("KEY#*",))
    write = a_grant(Permission("ServeApi", "dynamodb:PutItem", "Operations"))

    assert needed([a_call()], [whole, write]) == {READ}
    assert needed([a_call()], [whole, some]) == set()
    assert needed([a_call(keys=("REQ#1",))], [whole, some]) == {READ}
    assert needed([a_call(session="auditor")], [whole]) == set()


def test_a_journey_falls_by_the_refusal_of_just_what_was_taken_away():
    assert is_refusal(a_call(allowed=False), a_grant())
    assert not is_refusal(a_call(), a_grant())
    assert not is_refusal(a_call("dynamodb:Query", allowed=False), a_grant())


@pytest.mark.parametrize(
    ("actions", "resources", "left"),
    [
        (READ.action, TABLE, []),
        ([READ.action, "dynamodb:PutItem"], TABLE, [(["dynamodb:PutItem"], TABLE)]),
        (READ.action, [TABLE, "another"], [(READ.action, ["another"])]),
        ("dynamodb:PutItem", TABLE, [("dynamodb:PutItem", TABLE)]),
    ],
)
def test_one_action_on_one_resource_is_taken_away_and_nothing_else(actions, resources, left):
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}

    said = [(each["Action"], each["Resource"]) for each in reduced(statement, a_grant())]

    assert said == left


def test_another_sample_comes_each_day_until_all_had_their_turn():
    known = [Permission(f"F{n}", "a", "r") for n in range(10)]
    days = [date(2026, 11, 22) + timedelta(days=n) for n in range(4)]

    assert {each for day in days for each in sample(known, 3, day)} == {*known}
