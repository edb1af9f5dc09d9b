"""Lists: newest first, paged by the id of an object, filtered by time."""

from collections.abc import Iterable, Iterator, Sequence
from operator import ge, gt, le, lt

from local.stripe.wire.errors import StripeError, no_such
from local.stripe.wire.openapi import Resource

PARAMETERS = ("created", "limit", "starting_after", "ending_before")
DEFAULT_LIMIT = 10
LONGEST = 100
COMPARISONS = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def like(resources: Iterable[Resource], asked: Resource, *fields: str) -> Iterator[Resource]:
    """Leave out what is unlike what is asked for in one of these fields."""
    wanted = {name: asked[name] for name in fields if name in asked}
    return (one for one in resources if all(one[name] == wanted[name] for name in wanted))


def page(resources: Iterable[Resource], parameters: Resource, *, url: str) -> Resource:
    """One page of resources that come in the order of their making."""
    found = [one for one in resources if _made_within(one, parameters.get("created"))]
    return cut(found[::-1], parameters, url=url)


def cut(found: Sequence[Resource], parameters: Resource, *, url: str) -> Resource:
    """Cut the page that limit and cursor ask for, in the order given."""
    limit = _limit(parameters)
    before = parameters.get("ending_before")
    if before and parameters.get("starting_after"):
        raise StripeError(
            "Received both starting_after and ending_before parameters. Please pass in only one.",
            code="parameters_exclusive",
        )
    if before:
        newer = found[: _place(found, before, "ending_before")]
        return _list(newer[-limit:], url, more=len(newer) > limit)
    rest = _rest(found, parameters.get("starting_after"))
    return _list(rest[:limit], url, more=len(rest) > limit)


def _list(data: Sequence[Resource], url: str, *, more: bool) -> Resource:
    return {"object": "list", "data": list(data), "has_more": more, "url": url}


def _rest(found: Sequence[Resource], after: str | None) -> Sequence[Resource]:
    return found[_place(found, after, "starting_after") + 1 :] if after else found


def _place(found: Sequence[Resource], cursor: str, param: str) -> int:
    for place, one in enumerate(found):
        if one["id"] == cursor:
            return place
    raise no_such("object", cursor, param=param, status=400)


def _limit(parameters: Resource) -> int:
    limit = int(parameters.get("limit", DEFAULT_LIMIT))
    if 1 <= limit <= LONGEST:
        return limit
    bound = "less than or equal to 100" if limit > LONGEST else "greater than or equal to 1"
    raise StripeError(
        f"This value must be {bound} (it currently is '{limit}').",
        code="parameter_invalid_integer",
        param="limit",
    )


def _made_within(resource: Resource, created: Resource | int | None) -> bool:
    if created is None:
        return True
    made = int(resource["created"])
    if isinstance(created, int):
        return made == created
    return all(COMPARISONS[name](made, bound) for name, bound in created.items())
