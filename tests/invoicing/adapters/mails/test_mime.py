import email
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing.adapters.mails.mime import Attachment, HeaderError, Mail, Mailbox, Picture, compose

BREAKS = ["\r", "\n", "\r\n", "\v", "\f", "\0", "\t", "\x1c", "\x7f", "\x85", "\u2028", "\u2029"]
PDF = Attachment("FA-2026-000001.pdf", "application/pdf", b"%PDF-1.7 \xff\x00")
XML = Attachment("FA-2026-000001.xml", "application/xml", b"<Invoice/>")

words = st.one_of(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120),
    st.sampled_from(['"', "\\", "<x@y.example>", ",", ";", "(", "=?utf-8?q?=0ABcc:?=", "=?"]),
)
lines = st.lists(words, max_size=6).map(" ".join)


def a_mail(**changes):
    mail = Mail(
        sender=Mailbox("Atelier Lumière", "factures@atelier-lumiere.example"),
        reply_to=Mailbox("Atelier Lumière", "bonjour@atelier-lumiere.example"),
        to=Mailbox("Camille Moreau", "camille.moreau@buyer.example"),
        subject="Votre facture FA-2026-000001",
        text="Bonjour, voici votre facture.\n",
        html='<html lang="fr"><p>Voici votre facture.</p></html>',
    )
    return replace(mail, **changes)


def sent(mail: Mail) -> EmailMessage:
    return email.message_from_bytes(compose(mail), policy=SMTP)


def shown_name(message: EmailMessage, header: str) -> str:
    """Decode as RFC 2047 says; the new parser of Python 3.13.0 puts a space between two words."""
    raw = email.message_from_bytes(
        message.as_bytes(policy=message.policy.clone(refold_source="none"))
    )
    name, _ = parseaddr(raw[header])
    return str(make_header(decode_header(name)))


def test_text_and_html_are_alternatives_beside_the_attached_files():
    message = sent(a_mail(attachments=(PDF, XML)))

    alternatives, pdf, xml = message.iter_parts()
    assert message.get_content_type() == "multipart/mixed"
    assert alternatives.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in alternatives.iter_parts()] == ["text/plain", "text/html"]
    assert (pdf.get_filename(), pdf.get_content()) == (PDF.name, PDF.content)
    assert (xml.get_content_type(), xml.get_content()) == ("application/xml", XML.content)


def test_a_logo_comes_with_the_html_that_shows_it_and_is_no_attached_file():
    message = sent(a_mail(logo=Picture("0123@logo", "image/png", b"a picture")))

    related = [part for part in message.walk() if part.get_content_type() == "multipart/related"]
    html, picture = related[0].iter_parts()
    assert html.get_content_type() == "text/html"
    assert (picture["Content-ID"], picture.get_content()) == ("<0123@logo>", b"a picture")
    assert picture.get_content_disposition() == "inline"
    assert picture not in list(message.iter_attachments())
    assert message.get_body(("plain",))


def test_the_words_arrive_as_they_were_written():
    message = sent(a_mail(text="Réglez 164,30\u202f€ à Lyon.\n", html="<p>日本語 €</p>\n"))

    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text.get_content().splitlines() == ["Réglez 164,30\u202f€ à Lyon."]
    assert html.get_content().splitlines() == ["<p>日本語 €</p>"]


def test_a_machine_is_told_that_a_machine_wrote_and_a_person_can_answer():
    message = sent(a_mail())

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"].addresses[0].addr_spec == "bonjour@atelier-lumiere.example"


def test_the_same_mail_is_the_same_bytes():
    mail = a_mail(attachments=(PDF,))

    assert compose(mail) == compose(mail)
    assert sent(mail)["Date"] is None
    assert sent(mail)["Message-ID"] is None


def test_every_line_is_ascii_ends_with_crlf_and_is_short_enough_for_any_server():
    long = "Ein sehr langer Name aus Überlänge " * 5

    raw = compose(a_mail(subject=long, to=Mailbox(long, "j@buyer.example"), attachments=(PDF,)))

    assert raw.isascii()
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


@pytest.mark.parametrize("character", BREAKS)
@pytest.mark.parametrize(
    "field",
    [
        lambda text: {"subject": text},
        lambda text: {"to": Mailbox(text, "a@buyer.example")},
        lambda text: {"sender": Mailbox(text, "a@shop.example")},
        lambda text: {"reply_to": Mailbox("A", f"a@shop.example{text}")},
        lambda text: {"headers": {"X-Notice": text}},
        lambda text: {"headers": {f"X-Notice{text}": "1"}},
        lambda text: {"attachments": (replace(PDF, name=text),)},
    ],
)
def test_no_value_breaks_out_of_its_header(character, field):
    mail = a_mail(**field(f"a{character}Bcc: all@buyer.example"))

    with pytest.raises(HeaderError):
        compose(mail)


@pytest.mark.parametrize("name", ["from", "Subject", "MIME-Version", "content-type", "X Y", ""])
def test_a_header_of_ours_is_not_given_twice_nor_with_a_strange_name(name):
    with pytest.raises(HeaderError):
        compose(a_mail(headers={name: "x"}))


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c.example", "jörg@buyer.example"])
def test_an_address_that_ses_cannot_reach_is_refused(address):
    with pytest.raises(HeaderError):
        compose(a_mail(to=Mailbox("Jörg", address)))


def test_a_domain_of_another_alphabet_is_written_in_punycode():
    message = sent(a_mail(to=Mailbox("Jörg Weiß", "joerg@bücher.example")))

    assert message["To"].addresses[0].addr_spec == "joerg@xn--bcher-kva.example"
    assert message["To"].addresses[0].display_name == "Jörg Weiß"


@settings(max_examples=100, deadline=None)
@given(subject=lines, buyer=lines, shop=lines, note=lines)
def test_whatever_the_names_are_the_same_headers_arrive(subject, buyer, shop, note):
    message = sent(
        a_mail(
            sender=Mailbox(shop, "factures@shop.example"),
            to=Mailbox(buyer, "a@buyer.example"),
            subject=subject,
            headers={"X-Note": note},
        )
    )

    assert message.keys() == [
        *("From", "Reply-To", "To", "Subject", "Auto-Submitted", "X-Note"),
        *("MIME-Version", "Content-Type"),
    ]
    assert [each.addr_spec for each in message["To"].addresses] == ["a@buyer.example"]
    assert [each.addr_spec for each in message["From"].addresses] == ["factures@shop.example"]
    assert shown_name(message, "To") == buyer
    assert shown_name(message, "From") == shop
    assert message["Subject"] == subject
    assert message["X-Note"] == note
