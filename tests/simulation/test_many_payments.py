from tests.simulation.functions import staged
from tests.simulation.many import play

PAYMENTS = 300  # `make soak` plays 10,000


def test_what_no_webhook_told_is_found_and_the_days_differ_in_nothing():
    with staged():
        outcome = play(PAYMENTS)

    assert outcome.wrong == []
    assert outcome.differences == 0
    assert outcome.counts["movements"] > outcome.counts["payments"] == PAYMENTS
    assert outcome.counts["lost"] > 0
    assert outcome.counts["twice"] > 0
    assert outcome.counts["reports"] >= PAYMENTS // 100
