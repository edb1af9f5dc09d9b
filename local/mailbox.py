"""The mailbox: stands where SES v2 stands, keeps whole messages and shows them on a page.

The emulator's own SES drops attachments and takes malformed recipients. A test can make this one
fail as SES fails (`POST /_control`): an answer lost after the message was taken, which no client
can tell from a message lost, and throttling. What became of a mail is told as SES does, through a
topic: in time, late, twice or never.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from local import mailbox_page, ses_calls, ses_events
from local.postbox import Envelope, Mail, Postbox
from local.serving import serving
from local.ses_calls import RefusedError
from local.ses_events import Publish


@dataclass(frozen=True)
class Moods:
    """What a test asked for. The counts are of calls still to be treated so."""

    throttle: int = 0
    lose_answers: int = 0
    verified_senders_only: bool = False
    events: Literal["in time", "late", "twice", "never"] = "in time"  # late: with the next change


@dataclass
class Mailbox:
    """The endpoint and the page, over one folder of messages."""

    postbox: Postbox
    moods: Moods = field(default_factory=Moods)
    identities: set[str] = field(default_factory=set)
    publish: Publish = lambda _configuration_set, _record: None
    _kept_back: list[Envelope] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI
        """Answer one request."""
        return self._answer(Request(environ))(environ, start_response)

    def control(self, **moods: int | str) -> None:
        """Set moods; those not named stay as they are. What was to come late comes now."""
        with self._lock:
            self.moods = replace(self.moods, **moods)  # type: ignore[arg-type]  # read from JSON
            late, self._kept_back = self._kept_back, []
        for envelope in late:
            self._tell(envelope)

    def _answer(self, request: Request) -> Response:
        try:
            answer, values = _ROUTES.bind_to_environ(request.environ).match()
            return answer(self, request, **values)  # type: ignore[no-any-return]  # see _ROUTES
        except RefusedError as error:
            headers = {"x-amzn-errortype": error.name}
            return _json({"message": str(error)}, error.status, headers)
        except HTTPException as error:
            return Response(error.description, error.code)

    def _found(self, name: str) -> Mail:
        mail = self.postbox.find(name)
        if mail is None:
            raise NotFound
        return mail

    def _spend(self, mood: str) -> bool:
        """Use up one of the calls that a mood is to last for."""
        with self._lock:
            left = getattr(self.moods, mood)
            self.moods = replace(self.moods, **{mood: max(0, left - 1)})
            return bool(left)

    def send(self, request: Request) -> Response:
        """Take a message, or treat the call as the mood has it."""
        if self._spend("throttle"):
            status = HTTPStatus.TOO_MANY_REQUESTS
            raise RefusedError("TooManyRequestsException", "Maximum sending rate exceeded.", status)
        call = request.get_json(force=True)
        post = ses_calls.read(call)
        self._check_sender(post.sender)
        envelope = self.postbox.take(
            post.raw,
            sender=post.sender,
            recipients=post.recipients,
            configuration_set=call.get("ConfigurationSetName"),
            tags=ses_calls.tags(call),
        )
        self._tell(envelope)
        if self._spend("lose_answers"):
            raise ConnectionResetError  # the server closes the connection without a word
        return _json({"MessageId": envelope.id})

    def _tell(self, envelope: Envelope) -> None:
        """Tell what became of a mail, as the mood has it."""
        match self.moods.events:
            case "late":
                self._kept_back.append(envelope)
            case "in time" | "twice" as mood if envelope.configuration_set:
                for _ in range(2 if mood == "twice" else 1):
                    for record in ses_events.of(envelope):
                        self.publish(envelope.configuration_set, record)

    def _check_sender(self, sender: str) -> None:
        domain = sender.rpartition("@")[2]
        if self.moods.verified_senders_only and not self.identities & {sender, domain}:
            raise RefusedError(
                "MessageRejected",
                "Email address is not verified. The following identities failed the check in "
                f"region EU-WEST-3: {sender}",
                HTTPStatus.BAD_REQUEST,
            )

    def take_control(self, request: Request) -> Response:
        """Let a test change the moods."""
        self.control(**request.get_json(force=True))
        return _json(asdict(self.moods))

    def create_identity(self, request: Request) -> Response:
        """Verify a sender at once."""
        self.identities.add(request.get_json(force=True)["EmailIdentity"])
        return _json(_IDENTITY)

    def list_identities(self, _request: Request) -> Response:
        """List the verified senders."""
        listed = [{"IdentityName": name, "SendingEnabled": True} for name in self.identities]
        return _json({"EmailIdentities": listed})

    def get_identity(self, _request: Request, name: str) -> Response:
        """Describe a verified sender."""
        if name not in self.identities:
            sentence = f"Email identity {name} does not exist."
            raise RefusedError("NotFoundException", sentence, HTTPStatus.NOT_FOUND)
        return _json(_IDENTITY)

    def delete_identity(self, _request: Request, name: str) -> Response:
        """Forget a sender."""
        self.identities.discard(name)
        return _json({})

    def account(self, _request: Request) -> Response:
        """Describe an account outside the sandbox."""
        quota = {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}
        return _json({"SendingEnabled": True, "ProductionAccessEnabled": True, "SendQuota": quota})

    def accept(self, _request: Request, **_anything: str) -> Response:
        """Accept settings of identities and suppression; they change nothing here."""
        return _json({})

    def messages(self, _request: Request) -> Response:
        """List the messages for a test."""
        return _json([mailbox_page.summary(mail) for mail in self.postbox.all()])

    def page(self, _request: Request) -> Response:
        """List the messages for a person."""
        return mailbox_page.listing(self.postbox.all())

    def message(self, _request: Request, name: str) -> Response:
        """Show a message for a person."""
        return mailbox_page.reading(self._found(name))

    def raw(self, _request: Request, name: str) -> Response:
        """Give the message as it was handed over."""
        return mailbox_page.raw(self._found(name))

    def attachment(self, _request: Request, name: str, number: int) -> Response:
        """Give one attached file."""
        return mailbox_page.attachment(self._found(name), number)


@contextmanager
def receiving(folder: Path, *, port: int = 0) -> Iterator[tuple[Mailbox, str]]:
    """Run a mailbox over a folder until the block ends; give it and its address."""
    mailbox = Mailbox(Postbox(folder))
    with serving(mailbox, port=port) as url:
        yield mailbox, url


def _json(
    content: object, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(json.dumps(content), status, headers, content_type="application/json")


_IDENTITY = {
    "IdentityType": "DOMAIN",
    "VerifiedForSendingStatus": True,
    "VerificationStatus": "SUCCESS",
    "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"},
}
_SES = "/v2/email"
_ROUTES = Map(
    [
        Rule("/", methods=["GET"], endpoint=Mailbox.page),
        Rule("/messages", methods=["GET"], endpoint=Mailbox.messages),
        Rule("/messages/<name>", methods=["GET"], endpoint=Mailbox.message),
        Rule("/messages/<name>/raw", methods=["GET"], endpoint=Mailbox.raw),
        Rule(
            "/messages/<name>/attachments/<int:number>",
            methods=["GET"],
            endpoint=Mailbox.attachment,
        ),
        Rule("/_control", methods=["POST"], endpoint=Mailbox.take_control),
        Rule(f"{_SES}/outbound-emails", methods=["POST"], endpoint=Mailbox.send),
        Rule(f"{_SES}/account", methods=["GET"], endpoint=Mailbox.account),
        Rule(f"{_SES}/identities", methods=["POST"], endpoint=Mailbox.create_identity),
        Rule(f"{_SES}/identities", methods=["GET"], endpoint=Mailbox.list_identities),
        Rule(f"{_SES}/identities/<name>", methods=["GET"], endpoint=Mailbox.get_identity),
        Rule(f"{_SES}/identities/<name>", methods=["DELETE"], endpoint=Mailbox.delete_identity),
        Rule(f"{_SES}/<path:setting>", methods=["PUT", "POST"], endpoint=Mailbox.accept),
    ]
)
