"""What the template permits: one action of one function on one resource at a time."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from local.stack import Stack
from tests import aws

STACK = "facturier"
LEADING_KEYS = "dynamodb:LeadingKeys"

Statement = dict[str, Any]


@dataclass(frozen=True, order=True)
class Permission:
    """A function may do this, on a resource by the template's name: `Operations/index/inbox`."""

    function: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.function}: {self.action} {self.resource}"


@dataclass(frozen=True)
class Grant:
    """A permission as the role has it: the resource by its ARN, and the partitions it is for."""

    permission: Permission
    role: str
    arn: str
    partitions: tuple[str, ...]

    def allows(self, call: "Call") -> bool:
        """Say whether this grant alone would let the call pass."""
        return (
            call.role == self.role
            and fnmatchcase(call.action, self.permission.action)
            and fnmatchcase(call.resource, self.arn)
            and (not self.partitions or all(map(self._covers, call.keys)))
        )

    def _covers(self, key: str) -> bool:
        return any(fnmatchcase(key, pattern) for pattern in self.partitions)


@dataclass(frozen=True)
class Call:
    """A line of what the emulator's witness wrote."""

    role: str
    session: str
    action: str
    resource: str
    keys: tuple[str, ...]
    allowed: bool

    @classmethod
    def read(cls, line: str) -> "Call":
        said = json.loads(line)
        return cls(**said | {"keys": tuple(said["keys"])})

    @property
    def of_a_function(self) -> bool:
        """Tell a function from a test that takes its role: Lambda names sessions by functions."""
        return self.session.startswith(f"{STACK}-")


class Witness:
    """What the emulator's witness writes, after so many bytes or from now on."""

    def __init__(self, decisions: Path, since: int | None = None) -> None:
        self._decisions = decisions
        self._read = decisions.stat().st_size if since is None else since

    def new(self) -> list[Call]:
        """Read what was not read yet; a line that is being written is left for later."""
        with self._decisions.open("rb") as file:
            file.seek(self._read)
            whole, _, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + 1 if whole else 0
        return [Call.read(line) for line in whole.decode().splitlines()]


def several(said: Any) -> list[Any]:  # noqa: ANN401  the template writes one or many
    return said if isinstance(said, list) else [said]


def declared() -> list[Permission]:
    """Read all permissions off the template."""
    return [permission for permission, _ in declared_partitions()]


def declared_partitions() -> list[tuple[Permission, list[str]]]:
    """Read them with the patterns of the partitions that each is for; none means all."""
    return [
        (Permission(name, action, _named(resource)), _partitions(statement))
        for name, block in aws.resources("AWS::Serverless::Function").items()
        for policy in block["Policies"]
        for statement in _statements(policy)
        for action in several(statement["Action"])
        for resource in several(statement["Resource"])
    ]


def _statements(policy: dict[str, Any]) -> list[Statement]:
    if queue := policy.get("SQSSendMessagePolicy"):
        return [{"Action": "sqs:SendMessage*", "Resource": queue["QueueName"]}]
    return list(policy["Statement"])


def _named(resource: Any) -> str:  # noqa: ANN401  a value of the template
    match resource:
        case {"Fn::GetAtt": str(said)}:
            return said.partition(".")[0]
        case {"Fn::Sub": str(text)}:
            plain = text.replace("${AWS::StackName}", STACK).replace(".Arn}", "}")
            return plain.rpartition("${AWS::AccountId}:")[2].replace("${", "").replace("}", "")
    raise ValueError(f"{resource} has no name here")


def grants(stack: Stack) -> list[Grant]:
    """Read what the deployed roles have."""
    names = _names(stack)
    return [
        Grant(
            Permission(function, action, _short(arn, names)),
            stack.resources[f"{function}Role"],
            arn,
            tuple(_partitions(statement)),
        )
        for function in aws.resources("AWS::Serverless::Function")
        for document in documents(stack, stack.resources[f"{function}Role"]).values()
        for statement in document["Statement"]
        for action in several(statement["Action"])
        for arn in several(statement["Resource"])
    ]


def _names(stack: Stack) -> dict[str, str]:
    """Give the logical id of what the end of an ARN names."""
    return {made.rpartition("/")[2]: name for name, made in stack.resources.items()}


def _short(arn: str, names: dict[str, str]) -> str:
    """Name a resource by its ARN; of a type before its name only what is none of ours is kept."""
    parts = arn.split(":", 5)[5].split("/")
    found = [names.get(part, part) for part in parts]
    known = len(parts) > 1 and parts[1] in names and parts[0] in {"table", "key"}
    return "/".join(found[1:] if known else found)


def _partitions(statement: Statement) -> list[str]:
    [condition] = statement.get("Condition", {"": {}}).values()
    return several(condition.get(LEADING_KEYS, []))


def documents(stack: Stack, role: str) -> dict[str, Statement]:
    """Read a role's policies, by name."""
    iam = stack.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    answers = [iam.get_role_policy(RoleName=role, PolicyName=name) for name in names]
    return {each["PolicyName"]: each["PolicyDocument"] for each in answers}


def without(statements: Sequence[Statement], taken: Collection[Grant]) -> list[Statement]:
    """Give what is left of a role's statements when some grants are gone."""
    left = list(statements)
    for grant in taken:
        left = [part for each in left for part in reduced(each, grant)]
    return left


def reduced(statement: Statement, grant: Grant) -> Iterator[Statement]:
    """Give what is left of a statement without one action on one resource."""
    actions, arns = several(statement["Action"]), several(statement["Resource"])
    taken = grant.permission.action in actions and grant.arn in arns
    if not taken or tuple(_partitions(statement)) != grant.partitions:
        yield statement
        return
    if others := [each for each in actions if each != grant.permission.action]:
        yield statement | {"Action": others}
    if elsewhere := [each for each in arns if each != grant.arn]:
        yield statement | {"Action": grant.permission.action, "Resource": elsewhere}
