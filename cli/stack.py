"""The deployed stack that a command works on, found by its name."""

from dataclasses import dataclass
from typing import Self

import boto3
from botocore.exceptions import ClientError


class UnknownStackError(Exception):
    """There is no such stack in this account and region."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What the template's outputs say."""

    api_url: str
    ledger_table: str
    heads_table: str
    operations_table: str
    documents_bucket: str
    anchors_bucket: str
    secrets_prefix: str
    retention_mode: str | None = None

    @classmethod
    def find(cls, name: str) -> Self:
        """Read the outputs of a stack; UnknownStackError if it is not there."""
        try:
            found = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise  # no rights, or credentials that are over: the stack may well be there
            raise UnknownStackError(f"no stack {name!r} in this account and region") from error
        given = {
            each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())
        }
        outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
        if "LedgerTable" not in outputs:
            raise UnknownStackError(f"{name!r} is no Facturier, or is not deployed yet")
        return cls(
            api_url=outputs["ApiUrl"],
            ledger_table=outputs["LedgerTable"],
            heads_table=outputs["HeadsTable"],
            operations_table=outputs["OperationsTable"],
            documents_bucket=outputs["DocumentsBucket"],
            anchors_bucket=outputs["AnchorsBucket"],
            secrets_prefix=outputs["SecretsPrefix"],
            retention_mode=given.get("RetentionMode") or None,
        )
