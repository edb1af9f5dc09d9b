"""A template deployed in the emulator, behind an HTTP API of its own."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.deployment import Deployment, deploy
from local.emulator import Emulator
from local.front_door import FrontDoor
from local.omissions import complete
from local.packages import Package
from local.routes import routes
from local.serving import serving

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

Report = Callable[[str, float], None]  # a step's name and its milliseconds
Parameters = Mapping[str, str]


class FunctionFailedError(RuntimeError):
    """A function raised; the text is its error as Lambda reports it."""


@dataclass(frozen=True)
class Application:
    """A deployed template and the address of its HTTP API."""

    emulator: Emulator
    deployment: Deployment
    api_url: str

    @property
    def outputs(self) -> Mapping[str, str]:
        """Give the template's outputs."""
        return self.deployment.outputs

    @property
    def resources(self) -> Mapping[str, str]:
        """Give the physical id (name, address or ARN) of each logical id."""
        return self.deployment.resources

    def client(self, service: str) -> Any:  # noqa: ANN401 - the stubs know each service, not "any"
        """Speak to a service of the emulator as root."""
        return self.emulator.client(service)

    def invoke(self, logical_id: str, event: object) -> Any:  # noqa: ANN401 - any JSON
        """Invoke a function and give what it returned."""
        functions: LambdaClient = self.client("lambda")
        payload = json.dumps(event)
        answer = functions.invoke(FunctionName=self.resources[logical_id], Payload=payload)
        returned = answer["Payload"].read()
        if "FunctionError" in answer:
            raise FunctionFailedError(returned.decode())
        return json.loads(returned or b"null")

    def logs(self, logical_id: str) -> Sequence[str]:
        """Give a function's log lines, oldest first; none before its first invocation."""
        functions: LambdaClient = self.client("lambda")
        name = self.resources[logical_id]
        group = functions.get_function_configuration(FunctionName=name)["LoggingConfig"]["LogGroup"]
        logs: CloudWatchLogsClient = self.client("logs")
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in pages for event in page["events"]]


@contextmanager
def deployed(  # noqa: PLR0913 - two callers, each argument a noun of its own
    emulator: Emulator,
    built_template: Path,
    packages: Sequence[Package],
    *,
    name: str,
    parameters: Parameters,
    report: Report = lambda _step, _milliseconds: None,
) -> Iterator[Application]:
    """Deploy behind a door that listens already: the functions are told its address."""
    door = FrontDoor(emulator)
    with serving(door) as url:
        with timed("deployment", report):
            told = {"PublicUrl": url, **parameters}
            deployment = deploy(emulator, built_template, packages, name=name, parameters=told)
            complete(emulator, deployment)
        door.open(routes(deployment))
        yield Application(emulator, deployment, url)


@contextmanager
def timed(step: str, report: Report) -> Iterator[None]:
    """Report how long the block took, unless it failed."""
    began = time.monotonic()
    yield
    report(step, (time.monotonic() - began) * 1000)
