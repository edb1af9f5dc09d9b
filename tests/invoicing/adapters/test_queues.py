from invoicing.adapters import queues
from invoicing.adapters.queues import Check, Deliver, Doorbell, PaymentHint, Render
from tests import aws
from tests.builders import INVOICES, RECEIPTS, a_key, a_notice, a_place


def test_each_message_goes_to_its_worker_and_is_read_back(deployed):
    hint = PaymentHint(seller="atelier", type="checkout.session.completed", object="cs_1")
    queues.check(a_key())
    queues.render(a_place())
    queues.deliver(a_notice().key)
    queues.payment(hint)

    def only(queue, shape):
        [message] = aws.received(deployed[queue])
        return shape.model_validate(message["body"])

    assert only("CHECK_QUEUE", Check) == Check(request=a_key())
    assert only("RENDER_QUEUE", Render) == Render(place=a_place())
    assert only("DELIVER_QUEUE", Deliver) == Deliver(notice=a_notice().key)
    assert only("PAYMENT_QUEUE", PaymentHint) == hint


def test_a_doorbell_waits_in_the_line_of_its_series(deployed):
    queues.ring(a_key("1001", INVOICES))
    queues.ring(a_key("pi_1", RECEIPTS))

    rung = aws.received(deployed["NUMBER_QUEUE"])

    groups = {message["MessageGroupId"]: Doorbell(**message["body"]).request for message in rung}
    assert groups == {
        "atelier.invoice": a_key("1001", INVOICES),
        "atelier.receipt": a_key("pi_1", RECEIPTS),
    }


def test_a_doorbell_that_rings_twice_is_heard_twice(deployed):
    queues.ring(a_key())
    queues.ring(a_key())

    assert len(aws.received(deployed["NUMBER_QUEUE"])) == 2


def test_a_message_carries_ids_and_nothing_else(deployed):
    queues.deliver(a_notice().key)

    [message] = aws.received(deployed["DELIVER_QUEUE"])

    assert message["body"] == {
        "notice": {
            "seller": "atelier",
            "number": "FA-2026-000001",
            "occasion": "invoice",
            "level": 0,
        }
    }
