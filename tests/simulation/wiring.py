"""What template.yaml says about who feeds whom: nothing of it is repeated here."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.aws import resources, template

STACK = "simulated"
_PSEUDO = {"AWS::StackName": STACK}


@dataclass(frozen=True)
class Event:
    """One event of a function."""

    function: str  # logical id
    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Queue:
    """A queue of the template."""

    name: str
    is_fifo: bool
    visibility: int  # milliseconds
    most_receives: int | None
    dead_letters: str | None


@cache
def queues() -> dict[str, Queue]:
    """Give the queues by logical id."""
    found = {}
    for name, properties in resources("AWS::SQS::Queue").items():
        redrive = properties.get("RedrivePolicy", {})
        found[name] = Queue(
            name=name,
            is_fifo=bool(properties.get("FifoQueue")),
            visibility=properties.get("VisibilityTimeout", 30) * 1000,
            most_receives=redrive.get("maxReceiveCount"),
            dead_letters=owner(redrive["deadLetterTargetArn"]) if redrive else None,
        )
    return found


@cache
def environment() -> dict[str, str]:
    """Give every function's environment."""
    given = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {name: _resolved(value) for name, value in given.items()}


@cache
def folder(function: str) -> str:
    """Give the folder of a function's code."""
    uri: str = resources("AWS::Serverless::Function")[function]["CodeUri"]
    return uri.rpartition("/")[2]


@cache
def timeout(function: str) -> int:
    """Say how long a function may run, in milliseconds."""
    general = template()["Globals"]["Function"]["Timeout"]
    seconds: int = resources("AWS::Serverless::Function")[function].get("Timeout", general)
    return seconds * 1000


@cache
def events(of_type: str) -> tuple[Event, ...]:
    """Give all events of a type, such as SQS."""
    return tuple(each for each in _events() if each.type == of_type)


@cache
def swept() -> frozenset[str]:
    """Give the queues whose lost messages a scheduled function repeats.

    It may send to them; that is what the permission is for.
    """
    scheduled = {event.function for event in events("ScheduleV2")}
    return frozenset(
        owner(policy["SQSSendMessagePolicy"]["QueueName"])
        for function in scheduled
        for policy in resources("AWS::Serverless::Function")[function].get("Policies", ())
        if "SQSSendMessagePolicy" in policy
    )


@cache
def route(method: str, path: str) -> str | None:
    """Find the function that answers a method and path, None where the template has none."""
    for event in events("HttpApi"):
        pattern = re.sub(r"\{[^}]+}", "[^/]+", event.properties["Path"])
        if event.properties["Method"] == method and re.fullmatch(pattern, path):
            return event.function
    return None


def owner(value: Any) -> str:  # noqa: ANN401  a value of the template
    """Give the logical id that `!Ref X` or `!GetAtt X.Arn` names."""
    match value:
        case {"Ref": name}:
            return str(name)
        case {"Fn::GetAtt": str(name)}:
            return name.partition(".")[0]
        case {"Fn::GetAtt": [name, *_]}:
            return str(name)
    raise NotImplementedError(value)


def filters(event: Event) -> list[dict[str, Any]]:
    """Give the patterns of which one must match; none means that everything passes."""
    criteria = event.properties.get("FilterCriteria", {}).get("Filters", ())
    patterns = [json.loads(each["Pattern"]) for each in criteria]
    for each in patterns:
        _understood(each)
    return patterns


def _understood(pattern: Mapping[str, Any]) -> None:
    """Refuse what `passes` would read wrongly."""
    for wanted in pattern.values():
        if isinstance(wanted, dict):
            _understood(wanted)
        elif not all(isinstance(each, str) for each in wanted):
            raise NotImplementedError(pattern)


def passes(pattern: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Say whether a record fits a pattern, as far as patterns are used."""
    for name, wanted in pattern.items():
        if isinstance(wanted, list):
            if record.get(name) not in wanted:
                return False
        elif not passes(wanted, record.get(name, {})):
            return False
    return True


def _events() -> Iterator[Event]:
    for name, properties in resources("AWS::Serverless::Function").items():
        for event in properties.get("Events", {}).values():
            yield Event(name, event["Type"], event["Properties"])


def _resolved(value: Any) -> str:  # noqa: ANN401  a value of the template
    match value:
        case str():
            return value
        case {"Ref": name} if name in template()["Parameters"]:
            return str(template()["Parameters"][name].get("Default", ""))
        case {"Ref": name}:
            return str(name)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(.+?)}", lambda found: _PSEUDO.get(found[1], found[1]), text)
    return json.dumps(value, sort_keys=True)
