from unittest.mock import patch

from tests.simulation import deliveries


def test_of_many_mails_none_is_lost_and_hardly_one_goes_twice():
    found = deliveries.play(20_000)

    assert found["lost"] == 0
    assert found["duplicates"] <= 1
    assert found["again"] > 100  # the faults were there


def test_without_what_ses_tells_a_hundredth_would_go_twice():
    with patch.object(deliveries, "LOST_EVENTS", 1.0):
        found = deliveries.play(2_000)

    assert found["duplicates"] > 10
