import base64
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from invoicing.adapters.mails.mailer import (
    Mailer,
    OutcomeUnknownError,
    RefusedError,
    ThrottledError,
)

RAW = b"Subject: x\r\n\r\nx"
TAGS = {"notice": "atelier-lumiere_FA-2026-000001_invoice_0", "attempt": "1"}
ACCEPTED = json.dumps({"MessageId": "0100-abc"})


class Ses(HTTPServer):
    """Answers every mail the same way and keeps what it was asked."""

    def __init__(self, answer) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.answer = answer
        self.asked = []

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: Ses

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.asked.append((self.path, json.loads(self.rfile.read(length))))
        self.server.answer(self)

    def log_message(self, *_: object):
        """Keep the test's output clean."""


def status(code, body="{}", error=None):
    def answer(handler):
        handler.send_response(code)
        if error:
            handler.send_header("x-amzn-ErrorType", error)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


def drop(handler):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def reset(handler):
    handler.close_connection = True
    at_once = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    handler.connection.close()
    handler.rfile.close()


def half_an_answer(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"Mess')
    drop(handler)


def silence(handler):
    handler.server.woken.wait(5)
    handler.close_connection = True


@pytest.fixture(autouse=True)
def an_account(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")


@pytest.fixture
def ses():
    started = []

    def start(answer):
        server = Ses(answer)
        server.woken = threading.Event()
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.woken.set()
        server.shutdown()
        server.server_close()


def send(server, **settings):
    mailer = Mailer(endpoint=server.endpoint, patience=0.5, **settings)
    return mailer.send(RAW, to="camille.moreau@buyer.example", tags=TAGS)


def test_an_accepted_mail_gives_the_id_that_its_events_will_carry(ses):
    assert send(ses(status(200, ACCEPTED))) == "0100-abc"


def test_ses_is_asked_for_the_whole_mail_one_address_and_our_tags(ses):
    server = ses(status(200, ACCEPTED))

    send(server, configuration_set="facturier")

    [(path, asked)] = server.asked
    assert path == "/v2/email/outbound-emails"
    assert base64.b64decode(asked["Content"]["Raw"]["Data"]) == RAW
    assert asked["Destination"] == {"ToAddresses": ["camille.moreau@buyer.example"]}
    assert asked["EmailTags"] == [{"Name": name, "Value": value} for name, value in TAGS.items()]
    assert asked["ConfigurationSetName"] == "facturier"


def test_without_a_configuration_set_none_is_named(ses):
    server = ses(status(200, ACCEPTED))

    send(server)

    assert "ConfigurationSetName" not in server.asked[0][1]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (status(400, error="MessageRejected"), ThrottledError),
        (status(400, error="BadRequestException"), RefusedError),
        (status(400, error="MailFromDomainNotVerifiedException"), ThrottledError),
        (status(400, error="AccountSuspendedException"), ThrottledError),
        (status(403, error="AccessDeniedException"), ThrottledError),
        (status(404, error="NotFoundException"), RefusedError),
        (status(413, "too large"), RefusedError),
        (status(429, error="TooManyRequestsException"), ThrottledError),
        (status(429, "slow down"), ThrottledError),
        (status(400, error="LimitExceededException"), ThrottledError),
        (status(400, error="SendingPausedException"), ThrottledError),
        (status(400, error="ThrottlingException"), ThrottledError),
        (status(500), OutcomeUnknownError),
        (status(503, "<html>busy</html>"), OutcomeUnknownError),
        (status(200, "<html>what?</html>"), OutcomeUnknownError),
        (drop, OutcomeUnknownError),
        (reset, OutcomeUnknownError),
        (half_an_answer, OutcomeUnknownError),
        (silence, OutcomeUnknownError),
    ],
)
def test_each_outcome_says_whether_the_mail_can_have_left(ses, answer, outcome):
    server = ses(answer)

    with pytest.raises(outcome):
        send(server)

    assert len(server.asked) == 1  # and nobody asks a second time


def test_who_was_not_reached_sent_nothing():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"

        with pytest.raises(ThrottledError):
            Mailer(endpoint=nobody).send(RAW, to="a@buyer.example", tags={})


@pytest.mark.parametrize("value", ["a.b", "a b", "", "é", "a#b", "x" * 257])
def test_a_tag_that_ses_would_refuse_is_a_mistake_of_ours(ses, value):
    server = ses(status(200, ACCEPTED))

    with pytest.raises(ValueError, match="tag"):
        Mailer(endpoint=server.endpoint).send(RAW, to="a@buyer.example", tags={"notice": value})

    assert server.asked == []
