import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.views.colours import DARK_GROUND, LIGHT_GROUND, contrast, theme

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@given(colours)
def test_whatever_the_colour_it_can_be_read_on_both_grounds(colour):
    chosen = theme(colour)

    for tint, ground in ((chosen.light, LIGHT_GROUND), (chosen.dark, DARK_GROUND)):
        assert contrast(tint.on_fill, tint.fill) >= 4.5
        assert contrast(tint.ink, ground) >= 4.5
        assert contrast(tint.edge, ground) >= 3


def test_a_readable_colour_stays_the_sellers_own():
    chosen = theme("#1f4e5f").light

    assert (chosen.fill, chosen.edge, chosen.ink) == ("#1f4e5f", "#1f4e5f", "#1f4e5f")
    assert chosen.on_fill == "#ffffff"


def test_a_pale_button_keeps_its_colour_and_gets_an_edge_and_dark_text():
    chosen = theme("#ffd400").light

    assert (chosen.fill, chosen.on_fill) == ("#ffd400", "#000000")
    assert chosen.edge != chosen.fill
