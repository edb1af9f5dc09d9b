"""Roles that lack permissions, each until a function was refused it.

A permission that was missed is put back at once, and what was refused is done again: a message
comes again by itself, a request and a schedule are made again here. So one journey shows of many
permissions, one after the other, that each of them is missed.
"""

import json
import threading
from collections import Counter
from collections.abc import Collection
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from local import front_door
from local.demo import clockwork
from local.stack import Stack
from tests.least_privilege.permissions import Call, Grant, Permission, Witness, documents, without

_GLANCE = 0.02
_COMES_AGAIN = "2"  # seconds until a message that failed is seen again; the template says minutes
_TIMES = 1000  # that it does, before it is a dead letter; the template says 5


class Scarcity(AbstractContextManager["Scarcity"]):
    """A running stack without some of its grants; `missed` are those that are back."""

    def __init__(self, stack: Stack, taken: Collection[Grant]) -> None:
        self.taken = set(taken)
        self.missed: set[Permission] = set()
        self._stack = stack
        self._documents = {grant.role: documents(stack, grant.role) for grant in taken}
        self._given: Counter[str] = Counter()  # back, by function
        self._lock, self._over = threading.Lock(), threading.Event()
        self._watch = threading.Thread(target=self._watched)

    def __enter__(self) -> Self:
        for role in self._documents:
            self._put(role)
        self._witness = Witness(self._stack.emulator.decisions)
        for client in self._invoking():
            client.meta.events.register("before-call.lambda.Invoke", self._asked)
            client.meta.events.register("needs-retry.lambda.Invoke", self._asked_again)
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._watch.join()
        for client in self._invoking():
            client.meta.events.unregister("before-call.lambda.Invoke", self._asked)
            client.meta.events.unregister("needs-retry.lambda.Invoke", self._asked_again)

    def _invoking(self) -> list[Any]:
        """Give the clients by which this machine invokes: schedules' and the front door's."""
        emulator = self._stack.emulator
        return [
            emulator.client("lambda"),
            emulator.client("lambda", patience=front_door.PATIENCE),
        ]

    def _watched(self) -> None:
        while not self._over.wait(_GLANCE):
            self.look()

    def look(self) -> None:
        """Put back what was missed since the last look."""
        with self._lock:
            for call in self._witness.new():
                if call.of_a_function and not call.allowed:
                    self._give_back(call)

    def _give_back(self, call: Call) -> None:
        """Put back what would have let a call pass; it was missed if nothing else would have."""
        allowing = [grant for grant in self.taken if grant.allows(call)]
        if not allowing:
            return
        self.taken.difference_update(allowing)
        self._put(call.role)
        self._given[call.session] += 1
        if len(allowing) == 1:
            self.missed.add(allowing[0].permission)

    def _put(self, role: str) -> None:
        iam, taken = self._stack.client("iam"), [each for each in self.taken if each.role == role]
        for name, document in self._documents[role].items():
            if left := without(document["Statement"], taken):
                text = json.dumps(document | {"Statement": left})
                iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)
            else:
                with suppress(iam.exceptions.NoSuchEntityException):  # it is gone already
                    iam.delete_role_policy(RoleName=role, PolicyName=name)

    def _asked(self, params: dict[str, Any], **_: object) -> None:
        params["context"]["given"] = self._given[_invoked(params)]

    def _asked_again(self, request_dict: dict[str, Any], **_: object) -> float | None:
        """Have botocore ask again, at once, if the function got something back meanwhile."""
        self.look()
        context = request_dict["context"]
        before, context["given"] = context["given"], self._given[_invoked(request_dict)]
        return _GLANCE if context["given"] > before else None


def _invoked(request: dict[str, Any]) -> str:
    name = unquote(request["url_path"].split("/functions/")[1].partition("/")[0])
    return name.rpartition(":")[2]


def be_impatient(stack: Stack) -> None:
    """Let a message come again after seconds, and as often as it takes."""
    sqs = stack.client("sqs")
    for url in clockwork.worker_queues(stack).values():
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        often = json.loads(asked["Attributes"]["RedrivePolicy"]) | {"maxReceiveCount": _TIMES}
        attributes = {"VisibilityTimeout": _COMES_AGAIN, "RedrivePolicy": json.dumps(often)}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    functions = stack.client("lambda")
    for each in functions.list_event_source_mappings()["EventSourceMappings"]:
        if ":dynamodb:" in each["EventSourceArn"]:  # what failed is lost beside what did not
            functions.update_event_source_mapping(UUID=each["UUID"], BatchSize=1)
