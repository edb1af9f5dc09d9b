from xml.etree import ElementTree as ET

from bench import plot

SVG = "{http://www.w3.org/2000/svg}"


def test_each_way_is_a_line_that_says_its_values():
    lines = {"one & one": {"1": 30, "4": 100}, "batches": {"1": 400, "4": 900}, "odd": {"4": 50}}

    drawn = plot.svg("documents", ("1", "4"), lines)

    root = ET.fromstring(drawn)  # noqa: S314  our own text
    said = [each.text for each in root.iter(f"{SVG}text")]
    assert {"documents", "one & one", "batches", "30", "100", "400", "900"} <= set(said)
    assert len(list(root.iter(f"{SVG}circle"))) == 5


def test_more_stands_higher():
    drawn = plot.svg("documents", ("1", "4"), {"way": {"1": 30, "4": 300}})

    low, high = (float(each.get("cy")) for each in ET.fromstring(drawn).iter(f"{SVG}circle"))  # noqa: S314
    assert high < low
