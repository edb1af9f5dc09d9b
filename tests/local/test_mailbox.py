import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from local import mailbox, ses_calls


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[mailbox.Mailbox, str]]:
    with mailbox.receiving(tmp_path) as post:
        yield post


@pytest.fixture
def box(post):
    return post[0]


@pytest.fixture
def ses(post):
    config = Config(retries={"total_max_attempts": 1}, read_timeout=5)
    session = boto3.session.Session("test", "test", region_name="eu-west-3")
    return session.client("sesv2", endpoint_url=post[1], config=config)


def an_invoice_mail(**headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {
        "From": "Shop <shop@example.com>",
        "Subject": "Facture é",
        **headers,
    }.items():
        message[name] = value
    message.set_content("Please pay.")
    message.add_alternative("<p>Please <a href='https://pay.example'>pay</a>.</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="i.pdf")
    return message.as_bytes()


def send(ses, raw: bytes = b"", **call):
    call = {"Destination": {"ToAddresses": ["Ann <ann@example.org>"]}, **call}
    content = {"Raw": {"Data": raw or an_invoice_mail()}}
    return ses.send_email(Content=content, **call)["MessageId"]


def read(url: str) -> str:
    with urlopen(url) as response:  # noqa: S310 - our own server
        content: bytes = response.read()
        return content.decode()


def test_a_raw_message_is_kept_whole_with_what_ses_was_told(box, ses):
    tags = [{"Name": "notice", "Value": "n-1"}]
    raw = an_invoice_mail()
    message_id = send(ses, raw, ConfigurationSetName="outgoing", EmailTags=tags)

    (mail,) = box.postbox.all()
    assert mail.raw == raw
    assert mail.subject == "Facture é"
    assert mail.envelope.id == message_id
    assert mail.envelope.recipients == ["ann@example.org"]
    assert mail.envelope.configuration_set == "outgoing"
    assert mail.envelope.tags == {"notice": "n-1"}
    assert [part.get_filename() for part in mail.attachments] == ["i.pdf"]


def test_a_raw_message_without_destination_goes_to_those_it_names(box, ses):
    send(ses, an_invoice_mail(To="a@example.org", Bcc="b@example.org"), Destination={})

    assert box.postbox.all()[0].envelope.recipients == ["a@example.org", "b@example.org"]


def test_a_simple_message_is_written_as_mime(box, ses):
    ses.send_email(
        FromEmailAddress="shop@example.com",
        Destination={"ToAddresses": ["a@example.org"]},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Text"}}}},
    )

    assert box.postbox.all()[0].text("plain").strip() == "Text"


@pytest.mark.parametrize(
    ("raw", "call", "error"),
    [
        (an_invoice_mail(), {"Destination": {}}, "BadRequestException"),
        (an_invoice_mail(), {"Destination": {"ToAddresses": ["nobody"]}}, "BadRequestException"),
        (an_invoice_mail(), {"Destination": {"ToAddresses": ["a@b"]}}, "BadRequestException"),
        (an_invoice_mail(), {"Destination": {"ToAddresses": ["a b@c.org"]}}, "BadRequestException"),
        (an_invoice_mail(From=""), {}, "BadRequestException"),
        (an_invoice_mail(), {"EmailTags": [{"Name": "a", "Value": "b c"}]}, "BadRequestException"),
        (
            b"From: a@example.org\n\n" + b"x" * ses_calls.MAX_MESSAGE,
            {},
            "BadRequestException",
        ),
    ],
)
def test_what_ses_refuses_is_refused(box, ses, raw, call, error):
    with pytest.raises(ClientError) as refused:
        send(ses, raw, **call)

    assert refused.value.response["Error"]["Code"] == error
    assert box.postbox.all() == []


def test_an_unverified_sender_is_refused_when_asked_for(box, ses):
    box.control(verified_senders_only=True)
    with pytest.raises(ClientError, match="not verified"):
        send(ses)

    ses.create_email_identity(EmailIdentity="example.com")
    send(ses)


def test_a_lost_answer_leaves_the_message_behind(box, ses, post):
    body = json.dumps({"lose_answers": 1}).encode()
    with urlopen(f"{post[1]}/_control", body) as _:  # noqa: S310 - our own server
        pass

    with pytest.raises(ConnectionClosedError):
        send(ses)

    assert len(box.postbox.all()) == 1
    send(ses)
    assert len(box.postbox.all()) == 2


def test_throttling_ends_after_the_calls_asked_for(box, ses):
    box.control(throttle=2)

    for _ in range(2):
        with pytest.raises(ses.exceptions.TooManyRequestsException):
            send(ses)
    send(ses)

    assert len(box.postbox.all()) == 1


TAGS = [{"Name": "notice", "Value": "n-1"}]


@pytest.fixture
def told(box):
    records = []
    box.publish = lambda _, record: records.append(record)
    return records


def send_to(ses, address):
    return send(
        ses,
        Destination={"ToAddresses": [address]},
        ConfigurationSetName="Mails",
        EmailTags=TAGS,
    )


@pytest.mark.parametrize(
    ("address", "events"),
    [
        ("ann@example.org", ["Send", "Delivery"]),
        ("bounce+ann@simulator.amazonses.com", ["Send", "Bounce"]),
        ("complaint@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]),
        ("ooto@simulator.amazonses.com", ["Send", "Delivery", "Bounce"]),
    ],
)
def test_what_became_of_a_mail_is_told_as_ses_does(ses, told, address, events):
    name = send_to(ses, address)

    assert [each["eventType"] for each in told] == events
    assert {each["mail"]["messageId"] for each in told} == {name}
    assert told[0]["mail"]["tags"]["notice"] == ["n-1"]


@pytest.mark.parametrize(("mood", "count"), [("never", 0), ("twice", 4), ("late", 0)])
def test_it_is_told_never_twice_or_late_when_asked_for(box, ses, told, mood, count):
    box.control(events=mood)

    send_to(ses, "ann@example.org")

    assert len(told) == count
    box.control(events="in time")
    assert len(told) == (2 if mood == "late" else count)


def test_a_mail_whose_answer_is_lost_is_told_of_all_the_same(box, ses, told):
    box.control(lose_answers=1)

    with pytest.raises(ConnectionClosedError):
        send_to(ses, "ann@example.org")

    assert [each["eventType"] for each in told] == ["Send", "Delivery"]


def test_a_person_finds_the_message_and_its_files(post, ses):
    message_id = send(ses, an_invoice_mail(Subject="<b>Facture</b>"))

    listing = read(f"{post[1]}/")
    page = read(f"{post[1]}/messages/{message_id}")
    assert "&lt;b&gt;Facture&lt;/b&gt;" in listing
    assert "ann@example.org" in listing
    assert "sandbox=" in page
    assert "allow-scripts" not in page
    assert read(f"{post[1]}/messages/{message_id}/attachments/0") == "%PDF-1.7"
    assert "Please pay." in read(f"{post[1]}/messages/{message_id}/raw")
    (summary,) = json.loads(read(f"{post[1]}/messages"))
    assert summary["attachments"] == ["i.pdf"]


def test_identities_answer_as_a_client_expects(ses):
    ses.create_email_identity(EmailIdentity="example.com")

    assert ses.get_email_identity(EmailIdentity="example.com")["VerifiedForSendingStatus"]
    assert ses.get_account()["ProductionAccessEnabled"]
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_email_identity(EmailIdentity="other.example")
