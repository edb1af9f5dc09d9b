"""The intrinsic functions of CloudFormation that settings of ours use.

Needed only where the emulator's CloudFormation ignores a property and we set it afterwards. A
function that is not listed is an error, not a guess.
"""

from collections.abc import Callable
from typing import Any

from local.deployment import Deployment


class UnknownIntrinsicError(ValueError):
    """The template uses a function here that this file does not know."""


def resolve(value: Any, deployment: Deployment) -> Any:  # noqa: ANN401 - a template's value is any JSON
    """Give the value as it stands after deployment. `AWS::NoValue` becomes None."""
    if isinstance(value, list):
        return [resolve(part, deployment) for part in value]
    if not isinstance(value, dict):
        return value
    name = next(iter(value), "")
    if len(value) == 1 and (name in ("Ref", "Condition") or name.startswith("Fn::")):
        return _intrinsic(name)(value[name], deployment)
    return {key: resolve(part, deployment) for key, part in value.items()}


def _intrinsic(name: str) -> Callable[[Any, Deployment], Any]:
    if name not in _INTRINSICS:
        raise UnknownIntrinsicError(f"{name} cannot be resolved here")
    return _INTRINSICS[name]


def _ref(name: str, deployment: Deployment) -> str | None:
    if name == "AWS::NoValue":
        return None
    known = {**deployment.parameters, **deployment.resources, "AWS::StackName": deployment.name}
    return known[name]


def _if(choice: list[Any], deployment: Deployment) -> object:
    condition, then, otherwise = choice
    return resolve(then if _holds(condition, deployment) else otherwise, deployment)


def _holds(condition: str, deployment: Deployment) -> object:
    return resolve(deployment.template["Conditions"][condition], deployment)


def _equals(sides: list[Any], deployment: Deployment) -> bool:
    left, right = resolve(sides, deployment)
    return str(left) == str(right)


_INTRINSICS: dict[str, Callable[[Any, Deployment], Any]] = {
    "Ref": _ref,
    "Condition": _holds,
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::Not": lambda parts, deployment: not resolve(parts[0], deployment),
    "Fn::And": lambda parts, deployment: all(resolve(parts, deployment)),
    "Fn::Or": lambda parts, deployment: any(resolve(parts, deployment)),
}
