"""Paths of what there is, in the place of most paths that are made up; Schemathesis loads it.

It stands in an environment of its own, so nothing of ours is imported here.
"""

import json
import os
from typing import Any
from zlib import crc32

import schemathesis  # type: ignore[import-not-found]

THERE = json.loads(os.environ["THERE"])
"""By path, what its variables may be to lead somewhere."""


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_path_parameters(context: Any, path_parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Choose by what was made up, so that the same call is the same again."""
    known = THERE.get(context.operation.path, [])
    chosen = crc32(repr(path_parameters).encode()) % (2 * len(known) + 1)
    return known[chosen // 2] if chosen < 2 * len(known) else path_parameters
