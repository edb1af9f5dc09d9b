import json
import sys
import threading
from dataclasses import asdict
from types import SimpleNamespace
from unittest.mock import Mock

import boto3
import pytest
from moto import mock_aws

from local.stack import ROOT
from tests import aws
from tests.least_privilege import __main__ as command
from tests.least_privilege import record, replays
from tests.least_privilege.__main__ import sample
from tests.least_privilege.permissions import (
    Call,
    Grant,
    Permission,
    Witness,
    declared,
    documents,
    reduced,
)
from tests.least_privilege.replays import AllMissedError, Replays, needed
from tests.least_privilege.scarcity import Scarcity

TABLE = "arn:aws:dynamodb:eu-west-3:000000000000:table/facturier-Operations-1"
READ = Permission("ServeApi", "dynamodb:GetItem", "Operations")
WRITE = Permission("ServeApi", "dynamodb:PutItem", "Operations")


ROLE, OTHER = "facturier-ServeApiRole-1", "facturier-ServePagesRole-1"


def a_grant(permission=READ, *, role=ROLE, partitions=()):
    return Grant(permission, role, arn=TABLE, partitions=partitions)


def a_call(action=READ.action, *, session="facturier-ServeApi-1", keys=("KEY#1",), allowed=True):
    return Call(ROLE, session, action, TABLE, keys=keys, allowed=allowed)


def line_of(call):
    return json.dumps(asdict(call)) + "\n"


class Roles:
    """A stack of roles that may read and write, and what its emulator's witness writes."""

    def __init__(self, decisions) -> None:
        self.emulator, self.decisions = self, decisions
        decisions.touch()

    def client(self, service, **_):
        return boto3.client(service, aws.REGION)

    def tell(self, *calls: Call):
        with self.decisions.open("a") as file:
            file.writelines(map(line_of, calls))

    def make(self, role):
        statement = {"Effect": "Allow", "Action": [READ.action, WRITE.action], "Resource": TABLE}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
        self.client("iam").put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=text)

    def statements(self, role=ROLE):
        found = documents(self, role).values()
        return [statement for document in found for statement in document["Statement"]]


@pytest.fixture
def roles(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", aws.REGION)
    with mock_aws():
        roles = Roles(tmp_path / "decisions.jsonl")
        roles.make(ROLE)
        yield roles


def test_each_permission_has_a_journey_that_fails_without_it_or_a_reason():
    journeys, reasons = record.read(record.JOURNEYS), record.read(record.REASONS)

    again = "make least-privilege finds the journey of a permission, or that it has none"
    assert {*declared()} - {*journeys, *reasons} == set(), again
    assert {*journeys, *reasons} - {*declared()} == set(), again
    assert journeys.keys() & reasons.keys() == set()
    assert all(reasons.values())


def test_no_permission_is_given_twice():
    assert len(declared()) == len({*declared()})


def test_the_journeys_that_fail_are_there():
    for name in {*record.read(record.JOURNEYS).values()}:
        file, _, test = name.partition("::")
        assert f"def {test.partition('[')[0]}(" in (ROOT / file).read_text(), name


def test_a_resource_that_is_not_named_in_full_has_its_reason_beside_it():
    lines = aws.TEMPLATE.read_text().splitlines()
    wild = [line for line in lines if "Resource" in line and "*" in line.partition("#")[0]]

    assert wild
    assert [line for line in wild if " # " not in line] == []


def test_only_who_alone_lets_a_call_pass_is_needed():
    whole, some, write = a_grant(), a_grant(partitions=("KEY#*",)), a_grant(WRITE)

    assert needed([a_call()], [whole, write]) == {READ}
    assert needed([a_call()], [whole, some]) == set()
    assert needed([a_call(keys=("REQ#1",))], [whole, some]) == {READ}
    assert needed([a_call(session="auditor")], [whole]) == set()


def test_what_a_function_was_refused_was_missed_and_comes_back(roles):
    write = a_grant(WRITE)

    with Scarcity(roles, [a_grant(), write]) as scarcity:
        gone = roles.statements()
        roles.tell(a_call(), a_call("dynamodb:Query", allowed=False))
        roles.tell(a_call(session="auditor", allowed=False))
        scarcity.look()
        assert scarcity.missed == set()
        roles.tell(a_call(allowed=False))
        scarcity.look()

    assert gone == []
    assert scarcity.missed == {READ}
    assert scarcity.taken == {write}
    assert [each["Action"] for each in roles.statements()] == [[READ.action]]


def test_what_is_taken_from_one_role_the_other_keeps(roles):
    roles.make(OTHER)

    with Scarcity(roles, [a_grant(), a_grant(WRITE, role=OTHER)]):
        gone = [roles.statements(role)[0]["Action"] for role in (ROLE, OTHER)]

    assert gone == [[WRITE.action], [READ.action]]


@pytest.mark.parametrize("later", [0.2, None])
def test_what_a_journey_leaves_to_be_done_is_waited_for_a_while(later, monkeypatch):
    monkeypatch.setattr(replays, "AFTERWARDS", 0.5)
    left = SimpleNamespace(taken={a_grant()})
    playing = Replays([READ], {}, print, _wanted=[READ], _scarcity=left)
    if later:
        threading.Timer(later, left.taken.clear).start()

    call = playing.pytest_runtest_call()
    next(call)
    with pytest.raises(AllMissedError if later else StopIteration):
        next(call)


def test_journeys_that_are_played_as_they_are_share_what_their_file_has_made(monkeypatch):
    one, other, folder = Mock(), Mock(), Mock()
    other.parent.parent = folder
    protocol = Mock(return_value=[])
    monkeypatch.setattr(replays, "runtestprotocol", protocol)

    Replays([READ], {}, print).pytest_runtestloop(Mock(items=[one, other]))

    played = [(each.args[0], each.kwargs["nextitem"]) for each in protocol.call_args_list]
    assert played == [(one, other), (other, folder)]


def test_what_two_permissions_allow_is_missed_by_nobody(roles):
    with Scarcity(roles, [a_grant(), a_grant(partitions=("KEY#*",))]) as scarcity:
        roles.tell(a_call(allowed=False))
        scarcity.look()

    assert (scarcity.missed, scarcity.taken) == (set(), set())


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


def test_a_line_that_is_being_written_is_read_when_it_is_whole(tmp_path):
    file = tmp_path / "decisions.jsonl"
    file.write_text("begun before\n")
    witness, line = Witness(file), line_of(a_call())

    read = []
    for part in (line[:9], line[9:] + line[:3], line[3:]):
        with file.open("a") as open_file:
            open_file.write(part)
        read.append(len(witness.new()))

    assert read == [0, 1, 1]


def test_each_commit_has_another_sample_of_one_journey_until_all_had_their_turn():
    known = {Permission(f"F{n}", "a", "r"): f"journey {n % 3}" for n in range(10)}

    turns = [sample(known, 2, turn) for turn in range(6)]

    assert all(len({known[each] for each in turn}) == 1 for turn in turns)
    assert sorted(each for turn in turns for each in turn) == sorted(known)
    assert sample(known, 2, 6) == turns[0]


def test_what_is_searched_anew_is_all_that_is_forgotten(tmp_path, monkeypatch):
    known = record.read(record.JOURNEYS)
    journeys, run = tmp_path / "journeys.json", tmp_path / "run.json"
    record.write(journeys, known)
    monkeypatch.setattr(record, "JOURNEYS", journeys)
    monkeypatch.setattr(record, "RUN", run)
    monkeypatch.setattr(command, "_played", lambda playing: playing)  # and finds nothing
    monkeypatch.setattr(sys, "argv", ["least_privilege", "--anew", "--only", "TakeOrder"])

    assert command.main() == 1

    others = {each: known[each] for each in known if each.function != "TakeOrder"}
    assert 0 < len(others) < len(known)
    assert record.read(journeys) == others
