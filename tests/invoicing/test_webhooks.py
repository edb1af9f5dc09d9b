import base64
import json
import subprocess
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from invoicing import webhooks
from invoicing.records import canonical
from invoicing.webhooks import ATTEMPTS, Delivery, Event, Tried
from tests.builders import NOON

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  of the standard's example


def an_event(**changes) -> Event:
    plain = {
        "seller": "atelier",
        "type": "invoice.issued",
        "at": NOON,
        "data": {"invoice": "FA-2026-000001", "order": "1001"},
    }
    return Event.model_validate(plain | changes)


def test_the_signature_is_that_of_the_standards_own_example():
    said = webhooks.headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        [SECRET],
        at=datetime.fromisoformat("2021-02-25T15:02:10Z"),
    )

    assert said["webhook-timestamp"] == "1614265330"
    assert said["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_openssl_verifies_what_each_of_two_secrets_signed():
    other = "whsec_" + base64.b64encode(b"another secret of 32 bytes, here").decode()
    body = canonical(Delivery.of(an_event(), at=NOON).payload)

    said = webhooks.headers("evt_1", body, [other, SECRET], at=NOON)

    signed = f"evt_1.{said['webhook-timestamp']}.".encode() + body
    signatures = [each.removeprefix("v1,") for each in said["webhook-signature"].split()]
    assert signatures == [openssl(each, signed) for each in (other, SECRET)]


def openssl(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"]
    made = subprocess.run(command, input=signed, capture_output=True, check=True)  # noqa: S603
    return base64.b64encode(made.stdout).decode()


def test_the_same_event_has_the_same_id_and_another_has_another():
    assert an_event().id == an_event().id
    others = [{"seller": "lampes"}, {"type": "invoice.paid"}, {"data": {"invoice": "FA-2"}}]
    assert len({an_event(**each).id for each in others} | {an_event().id}) == 4
    assert an_event(at=NOON + timedelta(days=1)).id > an_event().id


def lived(down_for: timedelta, sweep: timedelta, *, name: str) -> list[datetime]:
    """Sweep until nothing waits; give when it was tried."""
    delivery = Delivery.of(an_event(data={"invoice": name}), at=NOON)
    now, tried = NOON, []
    while delivery.state == "waiting":
        if delivery.is_due(now):
            delivery = delivery.claimed(now)
            if delivery.state == "dead":
                break
            tried.append(now)
            status = 503 if now < NOON + down_for else 200
            delivery = delivery.answered(Tried(at=now, status=status))
        now += sweep
    assert delivery.next_at is None
    assert (delivery.state == "dead") is (tried[-1] < NOON + down_for)
    return tried


@given(st.text(max_size=5), st.sampled_from([1, 2, 15]))
def test_who_does_not_answer_is_tried_for_three_days_at_longer_and_longer_intervals(name, minutes):
    tried = lived(timedelta(days=30), timedelta(minutes=minutes), name=name)

    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert len(tried) == ATTEMPTS
    assert timedelta(days=3) <= tried[-1] - tried[0] <= timedelta(days=3.4)
    assert all(one <= other * 1.1 for one, other in pairwise(waits))


@given(st.text(max_size=5), st.integers(0, 72 * 60))
def test_whoever_comes_back_within_three_days_is_told_within_a_day_of_it(name, down_minutes):
    down = timedelta(minutes=down_minutes)

    tried = lived(down, timedelta(minutes=1), name=name)

    assert NOON + down <= tried[-1] <= NOON + down + timedelta(hours=23)


def test_a_worker_that_dies_in_its_last_attempt_leaves_nothing_waiting_for_ever():
    delivery = Delivery.of(an_event(), at=NOON)
    for _ in range(ATTEMPTS):
        delivery = delivery.claimed(delivery.next_at)  # and never answered

    assert delivery.is_due(delivery.next_at)
    assert delivery.claimed(delivery.next_at).state == "dead"


def test_an_endpoint_that_is_gone_for_good_is_asked_no_more():
    claimed = Delivery.of(an_event(), at=NOON).claimed(NOON)

    assert claimed.answered(Tried(at=NOON, status=410)).state == "dead"


def test_what_is_sent_has_ids_and_states_alone():
    payload = Delivery.of(an_event(), at=NOON).payload

    assert json.loads(canonical(payload)) == {
        "type": "invoice.issued",
        "timestamp": "2026-11-21T12:00:00Z",
        "data": {"invoice": "FA-2026-000001", "order": "1001"},
    }
