from invoicing import evidence
from invoicing.notices import News
from tests.builders import NOON, a_line, a_notice, an_invoice


def test_a_bank_is_told_who_bought_what_and_that_it_was_mailed():
    mailed = a_notice().claim("worker", NOON).sent("0100-ses")

    told = evidence.fields(an_invoice(), mailed)

    assert told["customer_name"] == "Camille Moreau"
    assert told["customer_email_address"] == "camille@buyer.example"
    assert told["billing_address"].startswith("1 rue de Rivoli\n")
    assert told["product_description"].startswith("1 x ")
    assert "Invoice FA-2026-000001 of 2026-11-21 over 120.00 EUR" in told["uncategorized_text"]
    assert told["uncategorized_text"].endswith(
        "It was sent to camille@buyer.example; "
        "Amazon SES accepted the message 0100-ses on 2026-11-21 at 12:00 UTC."
    )


def test_a_mail_that_arrived_is_told_as_delivered():
    mailed = a_notice().claim("worker", NOON).sent("0100-ses")
    news = News(state="DELIVERED", ses_id="0100-ses", at=NOON)

    told = evidence.fields(an_invoice(), mailed.told(news))

    assert "SES delivered the message 0100-ses" in told["uncategorized_text"]


def test_a_mail_that_was_not_sent_is_no_proof():
    for mail in (None, a_notice()):
        assert "sent to" not in evidence.fields(an_invoice(), mail)["uncategorized_text"]


def test_no_field_is_longer_than_stripe_takes():
    lines = [a_line(description="x" * 190) for _ in range(200)]

    told = evidence.fields(an_invoice(lines=lines), None)

    assert len(told["product_description"]) == 20_000
