import pytest

from tests.simulation.years import living


@pytest.mark.parametrize("seed", [1, 2])
def test_in_two_years_nobody_is_reminded_wrongly_and_nobody_is_forgotten(seed):
    with living(seed) as years:
        years.live()

    assert years.wrong == []
    assert list(years.missed()) == []
    assert len(years.invoices) > 300
    assert {key.level for key in years.said} >= {1, 2, 3, 4, 5, 6, 7}
    assert len(years.asked_again) > 5
