"""A deployed stack, as the operator's command finds one."""

from collections.abc import Mapping

from cli.stack import Stack


def the_stack(deployed: Mapping[str, str]) -> Stack:
    """What the template's outputs would say of these tables and buckets."""
    return Stack(
        api_url="https://api.example",
        ledger_table=deployed["LEDGER_TABLE"],
        heads_table=deployed["HEADS_TABLE"],
        operations_table=deployed["OPERATIONS_TABLE"],
        documents_bucket=deployed["DOCUMENTS_BUCKET"],
        anchors_bucket=deployed["ANCHORS_BUCKET"],
        secrets_prefix="facturier/test",
    )
