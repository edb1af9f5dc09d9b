"""Somebody who checks the books from the raw tables and the bucket, without the product's code."""

import hashlib
import json
import subprocess
import sys
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from invoicing.adapters import packing
from local.stack import Stack

Item = dict[str, Any]


@dataclass(frozen=True)
class Books:
    """What the ledger and the bucket hold."""

    entries: dict[str, list[Item]]  # by series, in the order of the numbers
    hashes: dict[str, list[str]]
    files: list[Item]
    heads: dict[str, str]


@dataclass(frozen=True)
class Verdict:
    """What the verifier says of a bundle."""

    holds: bool
    named: list[str]  # what does not hold
    series: dict[str, Any]


def read(stack: Stack) -> Books:
    """Read the raw tables."""
    series, hashes, files = defaultdict(list), defaultdict(list), []
    for item in sorted(items(stack, "LedgerTable"), key=lambda item: (item["pk"], item["sk"])):
        if item["pk"].startswith("DOC#"):
            name = item["pk"].split("#")[1]
            series[name].append(content(item))
            hashes[name].append(item["hash"])
        else:
            files.append(json.loads(item["file"].value))
    moving = [item for item in items(stack, "HeadsTable") if item["pk"].startswith("HEAD#")]
    heads = {item["pk"].removeprefix("HEAD#"): item["hash"] for item in moving}
    return Books(dict(series), dict(hashes), files, heads)


def content(item: Item) -> Item:
    """Read the entry in an item of the ledger."""
    entry: Item = json.loads(packing.unpack(item["entry"].value))
    return entry


def faults(books: Books) -> list[str]:
    """Name every gap and every broken link."""
    found = []
    for name, entries in books.entries.items():
        previous = "0" * 64
        for count, (entry, stored) in enumerate(zip(entries, books.hashes[name], strict=True), 1):
            text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            digest = hashlib.sha256(text.encode()).hexdigest()
            if entry["place"]["n"] != count:
                found.append(f"{name}: number {count} is missing")
            if entry["previous"] != previous or stored != digest:
                found.append(f"{name}: the chain breaks at {entry['body']['number']}")
            previous = digest
        if books.heads.get(name) != previous:
            found.append(f"{name}: the head is not the last document")
    return found


def altered_files(stack: Stack, books: Books) -> list[str]:
    """Name every stored file whose bytes are not those that the ledger recorded."""
    bucket, s3 = stack.outputs["DocumentsBucket"], stack.client("s3")
    altered = []
    for stored in books.files:
        for file in filter(None, (stored["pdf"], stored.get("xml"))):
            version = {"Key": file["key"], "VersionId": file["version"]}
            content = s3.get_object(Bucket=bucket, **version)["Body"].read()
            if hashlib.sha256(content).hexdigest() != file["sha256"]:
                altered.append(file["key"])
    return altered


def verified(bundle: Path) -> Verdict:
    """Check a bundle as an outsider does: with the verifier that lies in it and a bare Python."""
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(bundle) as file:
            file.extract("verify.py", folder)
        command = [sys.executable, "-I", "-S", "verify.py", str(bundle.resolve()), "--json"]
        done = subprocess.run(  # noqa: S603  our own words only
            command, cwd=folder, env={}, capture_output=True, text=True, check=False
        )
    told = json.loads(done.stdout or "{}")
    named = [f"{each['what']} {each['name']}" for each in told.get("findings", ())]
    return Verdict(holds=done.returncode == 0, named=named, series=told.get("series", {}))


def alter(bundle: Path, name: str, altered: Path) -> None:
    """Copy a bundle with the last byte of one file changed, as if it had been packed like that."""
    with zipfile.ZipFile(bundle) as before, zipfile.ZipFile(altered, "w") as after:
        for member in before.infolist():
            data = before.read(member)
            if member.filename == name:
                data = data[:-1] + bytes([data[-1] ^ 1])
            after.writestr(member.filename, data)


def unfinished(stack: Stack) -> list[str]:
    """Name every request, document and mail that somebody has still to move."""
    on_its_way = {"REQ": {"RECEIVED", "READY"}, "NOTICE": {"QUEUED", "SENDING"}}
    waiting = [
        f"{item['pk']} {item['state']}"
        for item in items(stack, "OperationsTable", "pk", "type", "state")
        if item.get("state") in on_its_way.get(item.get("type", ""), ())
    ]
    return waiting + _unstored(stack)


def _unstored(stack: Stack) -> list[str]:
    """Name every document whose files are not recorded; a closing has none."""
    keys = [(item["pk"], item["sk"]) for item in items(stack, "LedgerTable", "pk", "sk")]
    stored = {(pk.removeprefix("FILE"), sk) for pk, sk in keys if pk.startswith("FILE#")}
    issued = [(pk.removeprefix("DOC"), sk) for pk, sk in keys if pk.startswith("DOC#")]
    return [f"{pk} {n}" for pk, n in issued if ".closing#" not in pk and (pk, n) not in stored]


def dead_letters(stack: Stack) -> dict[str, int]:
    """Count the messages in each dead-letter queue that has any."""
    sqs = stack.client("sqs")
    waiting: dict[str, int] = {}
    for logical_id, address in stack.resources.items():
        if logical_id.startswith("Dead") and address.startswith("http"):
            wanted = ["ApproximateNumberOfMessages"]
            answer = sqs.get_queue_attributes(QueueUrl=address, AttributeNames=wanted)
            count = int(answer["Attributes"]["ApproximateNumberOfMessages"])
            waiting |= {logical_id: count} if count else {}
    return waiting


def items(stack: Stack, output: str, *attributes: str) -> list[Item]:
    """Read every item of the table that an output of the template names, or some attributes."""
    pages = stack.client("dynamodb").get_paginator("scan")
    deserialize = TypeDeserializer().deserialize
    names = {f"#{name}": name for name in attributes}
    only = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    return [
        {name: deserialize(value) for name, value in item.items()}
        for page in pages.paginate(TableName=stack.outputs[output], **(only if names else {}))
        for item in page["Items"]
    ]
