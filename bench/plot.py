"""A plot as SVG: a line for each way, logarithmic upwards, so that twice is the same step."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor, log10
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 30, 50
COLOURS = ("#8a8a8a", "#1f4e5f", "#b4552d")
TEXT = 'font-family="sans-serif" font-size="13" fill="#333"'


def svg(title: str, places: Sequence[str], lines: Mapping[str, Mapping[str, float]]) -> str:
    """Draw the values of each way at the places where it has one; all of them from one run."""
    every = [value for values in lines.values() for value in values.values()]
    low, high = floor(log10(min(every))), ceil(log10(max(every)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" {TEXT}>{escape(title)}</text>',
        *_grid(places, range(low, high + 1)),
        *_drawn(places, lines, low, high),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(places: Sequence[str], powers: range) -> Iterator[str]:
    for power in powers:
        y = _y(10.0**power, powers[0], powers[-1])
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" {TEXT}>{10**power:,}</text>'
    for each in places:
        x, y = _x(each, places), HEIGHT - BOTTOM + 22
        yield f'<text x="{x:.1f}" y="{y}" text-anchor="middle" {TEXT}>{escape(each)}</text>'


def _drawn(
    places: Sequence[str], lines: Mapping[str, Mapping[str, float]], low: int, high: int
) -> Iterator[str]:
    for (name, values), colour in zip(lines.items(), COLOURS, strict=False):
        points = [(_x(place, places), _y(value, low, high)) for place, value in values.items()]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        for (x, y), value in zip(points, values.values(), strict=True):
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
            at = f'x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle"'
            yield f"<text {at} {TEXT}>{value:.0f}</text>"
        x, y = points[-1]
        yield f'<text x="{x + 24:.1f}" y="{y + 4:.1f}" {TEXT}>{escape(name)}</text>'


def _x(place: str, places: Sequence[str]) -> float:
    share = places.index(place) / (len(places) - 1)
    return LEFT + 40 + share * (WIDTH - LEFT - RIGHT - 60)


def _y(value: float, low: int, high: int) -> float:
    return HEIGHT - BOTTOM - (log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
