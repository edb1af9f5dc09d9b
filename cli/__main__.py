"""`facturier`: what an operator does to a deployed Facturier.

    facturier seller create FILE     profile, first key, SES identity; with a Stripe key, webhook
    facturier seller open-numbers SELLER --at NUMBER
                                     the first number of a series, for who numbered elsewhere
    facturier seller logo SELLER FILE
                                     the picture (PNG, JPEG) on its documents from now on
    facturier seller pause SELLER    hold all orders of a seller, whatever his shop says
    facturier seller resume SELLER   let him issue again
    facturier key create SELLER --scope SCOPE [--scope SCOPE]
                                     an API key that may this much; it is told once
    facturier key list SELLER        its keys: what they may, and when they were used last
    facturier key revoke SELLER KEY  a key, by its first characters, opens nothing from now on
    facturier webhook set SELLER URL where its shop is told of what happens; the secret is told once
    facturier webhook rotate SELLER  another secret; the one before signs too until the next one
    facturier webhook remove SELLER  tell its shop nothing more
    facturier webhook repair SELLER --from DAY
                                     tell its shop what the outbox lost since a day
    facturier order price FILE       what an order would come to; no number, nothing kept
    facturier order explain FILE     the same in words: which VAT, and why
    facturier export --seller SELLER the books as one ZIP that an outsider can check
    facturier verify BUNDLE          check such a ZIP, as its own verify.py does
    facturier restore BUNDLE         bring its books into a deployment that has none of them
    facturier requests repair SELLER
                                     let an older Operations know again what has its number
    facturier fingerprint --seller SELLER
                                     one digest over the books, equal before and after
    facturier erase EMAIL --seller SELLER
                                     forget a buyer, as far as the law lets his seller
    facturier held                   what waits for its sellers, by reason and seller
    facturier dead-letters list      how much work failed five times, by queue
    facturier dead-letters show QUEUE
                                     the first ten of them: id, since when, what they say
    facturier dead-letters move QUEUE
                                     send it back to its worker
    facturier dead-letters drop QUEUE [--id ID]
                                     forget notes, which nobody works off; or one message alone
    facturier follow TRAIL [--days DAYS]
                                     one order's lines in all functions' logs, oldest first
    facturier dashboard              the charts for whoever is woken up, under the stack's name
    facturier logs --days DAYS       how long the functions' logs are kept
    facturier --stack NAME destroy --confirm NAME
                                     remove a trial for ever, with all that it keeps

The stack is found by its name (--stack); credentials and region are those of the AWS environment.
A Stripe key is read from STRIPE_API_KEY, never from the command line, where others could see it.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError
from stripe import StripeError

from cli import (
    dashboard,
    dead_letters,
    endpoints,
    erasure,
    held,
    keys,
    logos,
    logs,
    news,
    orders,
    pauses,
    proofs,
    removal,
    sellers,
    trails,
    words,
)
from cli.keys import KeyNameError
from cli.logos import LogoError
from cli.proof import verify
from cli.proof.bundle import Period
from cli.stack import Stack, UnknownStackError
from invoicing import faults
from invoicing.adapters.webhooks.calls import UnsafeEndpointError
from invoicing.errors import (
    FacturierError,
    NotFoundError,
    NumbersChosenError,
    OvertakenError,
    RefusedError,
)
from invoicing.keys import SCOPES
from invoicing.parties import Seller

_REFUSALS = (
    FacturierError,
    ValidationError,
    UnknownStackError,
    sellers.ProfileError,
    LogoError,
    KeyNameError,
    UnsafeEndpointError,
    StripeError,
    json.JSONDecodeError,
    UnicodeDecodeError,
    OSError,  # no such file
    BotoCoreError,  # no credentials, no way to AWS
    ClientError,  # AWS refuses
)


def main(said: list[str] | None = None) -> int:
    """Run one command; 0 when it is done, 2 when the input is wrong."""
    given = sys.argv[1:] if said is None else said
    command = words.without_stack(given)
    if command[:1] == ["verify"]:
        return verify.main(command[1:])  # the very file that goes into a bundle
    arguments = _parser().parse_args(given)
    try:
        answer = arguments.run(arguments)
    except _REFUSALS as error:
        print(*_told(error), sep="\n", file=sys.stderr)  # noqa: T201  a command speaks
        return 2
    text = answer if isinstance(answer, str) else json.dumps(answer, indent=2, ensure_ascii=False)
    print(text.rstrip())  # noqa: T201
    return 0


def _told(error: Exception) -> list[str]:
    """Say to an operator what was wrong, a line for each fault."""
    match error:
        case ValidationError():
            found = faults.told(error.errors(include_url=False))
            return [f"{each['path']}: {each['message']}" for each in found]
        case RefusedError():
            return [": ".join(filter(None, (each.path, each.message))) for each in error.reasons]
        case NumbersChosenError():
            return [f"{error}: how numbers read is chosen once"]
        case OvertakenError():
            return [f"{error}: something else was written meanwhile"]
        case NotFoundError():
            return [f"{error}: there is none of this name"]
    return [str(error)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="facturier")
    parser.add_argument(
        "--stack", type=words.stack, default="facturier", help="name of the deployed stack"
    )
    nouns = parser.add_subparsers(required=True)
    seller = nouns.add_parser("seller", help="sellers").add_subparsers(required=True)
    create = seller.add_parser("create", help="write a profile and let its shop in")
    create.add_argument("file", type=Path, help="the profile, as in samples/seller.json")
    create.add_argument("--site", help="address of the API, where a domain of its own stands first")
    create.set_defaults(run=_create_seller)
    opening = seller.add_parser("open-numbers", help="let a series begin at a number, once")
    opening.add_argument("seller", help="the seller's id")
    opening.add_argument("--at", required=True, help="the first number, such as FA-2026-001042")
    opening.set_defaults(run=_open_numbers)
    logo = seller.add_parser("logo", help="show a picture on the documents from now on")
    logo.add_argument("seller", help="the seller's id")
    logo.add_argument("file", type=Path, help="a PNG or JPEG, at most 100 kB")
    logo.set_defaults(run=_show_logo)
    for verb, told in {"pause": "hold all orders of a seller", "resume": "end that"}.items():
        command = seller.add_parser(verb, help=told)
        command.add_argument("seller", help="the seller's id")
        command.set_defaults(run=_pause if verb == "pause" else _resume)
    _add_keys(nouns)
    _add_webhooks(nouns)
    order = nouns.add_parser("order", help="orders").add_subparsers(required=True)
    for verb, run in {"price": _price_order, "explain": _explain_order}.items():
        command = order.add_parser(verb, help="no number, nothing is kept")
        command.add_argument("file", type=Path, help="the order, as in samples/orders/")
        command.add_argument("--seller", type=Path, required=True, help="the seller's profile")
        command.add_argument("--offline", action="store_true", help="ask neither VIES nor the bank")
        command.set_defaults(run=run)
    _add_proofs(nouns)
    charts = nouns.add_parser("dashboard", help="put the dashboard, or put it again")
    charts.set_defaults(run=lambda arguments: dashboard.put(arguments.stack))
    kept = nouns.add_parser("logs", help="how long the functions' logs are kept")
    kept.add_argument("--days", type=int, choices=logs.TERMS, required=True)
    kept.set_defaults(run=lambda arguments: logs.keep(arguments.stack, arguments.days))
    waiting = nouns.add_parser("held", help="what waits for its sellers, by reason and seller")
    waiting.set_defaults(run=lambda arguments: held.counted(Stack.find(arguments.stack)))
    followed = nouns.add_parser("follow", help="one order through all functions' logs")
    followed.add_argument("trail", help="SELLER/ORDER, such as atelier-lumiere/1001")
    followed.add_argument("--days", type=words.days, default=7, help="how far back; 7 without it")
    followed.set_defaults(run=_follow)
    _add_dead_letters(nouns)
    erase = nouns.add_parser("erase", help="forget a buyer")
    erase.add_argument("email", type=words.address, help="where he was written to")
    erase.add_argument("--seller", required=True, help="the seller's id")
    erase.set_defaults(run=_erase)
    destroy = nouns.add_parser("destroy", help="remove a trial for ever")
    destroy.add_argument("--confirm", help="the stack's name again")
    destroy.set_defaults(run=_destroy)
    nouns.add_parser("verify", help="check a bundle", add_help=False)
    return parser


def _add_keys(nouns: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    key = nouns.add_parser("key", help="API keys").add_subparsers(required=True)
    create = key.add_parser("create", help="make a key")
    create.add_argument("seller", help="the seller's id")
    create.add_argument(
        "--scope", action="append", choices=SCOPES, required=True, help="what it may; repeat it"
    )
    create.set_defaults(run=_create_key)
    listed = key.add_parser("list", help="what keys there are")
    listed.add_argument("seller", help="the seller's id")
    listed.set_defaults(run=_list_keys)
    revoke = key.add_parser("revoke", help="let a key open nothing from now on")
    revoke.add_argument("seller", help="the seller's id")
    revoke.add_argument("key", help="its first characters, as the list shows them")
    revoke.set_defaults(run=_revoke_key)


def _add_webhooks(nouns: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    webhook = nouns.add_parser("webhook", help="what shops are told").add_subparsers(required=True)
    point = webhook.add_parser("set", help="where a shop is told of what happens")
    point.add_argument("seller", help="the seller's id")
    point.add_argument("url", help="https://…")
    point.set_defaults(run=_point_webhook)
    for verb, run in {"rotate": endpoints.rotate, "remove": endpoints.silence}.items():
        command = webhook.add_parser(verb, help="another secret" if verb == "rotate" else "no more")
        command.add_argument("seller", help="the seller's id")
        command.set_defaults(run=partial(_of_webhook, run))
    repair = webhook.add_parser("repair", help="tell what the outbox lost")
    repair.add_argument("seller", help="the seller's id")
    repair.add_argument(
        "--from", dest="since", type=words.begun_day, required=True, help="a day, as 2026-11-21"
    )
    repair.set_defaults(run=_repair_news)


def _add_dead_letters(nouns: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    dead = nouns.add_parser("dead-letters", help="work that failed").add_subparsers(required=True)
    listed = dead.add_parser("list", help="how much, by queue")
    listed.set_defaults(run=lambda arguments: dead_letters.waiting(arguments.stack))
    told = {"show": "what they say", "move": "back to its worker", "drop": "forget"}
    commands = {verb: dead.add_parser(verb, help=what) for verb, what in told.items()}
    for command in commands.values():
        command.add_argument("queue", help="its name in the template, such as DeadDocuments")
    commands["show"].set_defaults(run=lambda given: dead_letters.show(given.stack, given.queue))
    commands["move"].set_defaults(run=lambda given: dead_letters.move(given.stack, given.queue))
    commands["drop"].add_argument("--id", help="one message alone, as `show` names it")
    commands["drop"].set_defaults(run=_drop_dead_letters)


def _drop_dead_letters(arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.id is not None:
        return dead_letters.drop_one(arguments.stack, arguments.queue, arguments.id)
    return dead_letters.drop(arguments.stack, arguments.queue)


def _add_proofs(nouns: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = nouns.add_parser("export", help="write the books into one ZIP")
    export.add_argument("--seller", required=True, help="the seller's id")
    for name, what in {"from": "first", "to": "last"}.items():
        export.add_argument(
            f"--{name}", dest=what, type=date.fromisoformat, help=f"{what} day, as 2026-11-21"
        )
    export.add_argument("--output", type=words.file, help="where to; SELLER.zip without it")
    export.set_defaults(run=_export)
    restore = nouns.add_parser("restore", help="bring the books of a bundle back")
    restore.add_argument("bundle", type=Path, help="a ZIP of their whole life")
    restore.set_defaults(run=_restore)
    asked = nouns.add_parser("requests", help="request keys").add_subparsers(required=True)
    repair = asked.add_parser("repair", help="know again what has its number")
    repair.add_argument("seller", help="the seller's id")
    repair.set_defaults(run=_repair_requests)
    fingerprint = nouns.add_parser("fingerprint", help="one digest over Ledger and Heads")
    fingerprint.add_argument("--seller", required=True, help="the seller's id")
    fingerprint.set_defaults(run=_fingerprint)


def _create_seller(arguments: argparse.Namespace) -> dict[str, Any]:
    seller = Seller.model_validate_json(arguments.file.read_bytes())
    stack = Stack.find(arguments.stack)
    api_key = words.stripe_key(os.environ.get("STRIPE_API_KEY"))
    return sellers.create(seller, stack, site=arguments.site or stack.api_url, stripe_key=api_key)


def _show_logo(arguments: argparse.Namespace) -> dict[str, str]:
    logo, data = logos.read(arguments.file)
    return sellers.show_logo(arguments.seller, logo, data, Stack.find(arguments.stack))


def _pause(arguments: argparse.Namespace) -> dict[str, str]:
    return pauses.pause(arguments.seller, Stack.find(arguments.stack))


def _resume(arguments: argparse.Namespace) -> dict[str, str]:
    return pauses.resume(arguments.seller, Stack.find(arguments.stack))


def _erase(arguments: argparse.Namespace) -> dict[str, Any]:
    stack, at = Stack.find(arguments.stack), datetime.now(UTC)
    return erasure.erase(arguments.seller, arguments.email, stack, at=at)


def _follow(arguments: argparse.Namespace) -> str:
    since = datetime.now(UTC) - timedelta(days=arguments.days)
    return trails.told(arguments.stack, arguments.trail, since=since)


def _open_numbers(arguments: argparse.Namespace) -> dict[str, str]:
    return sellers.open_numbers(arguments.seller, arguments.at, Stack.find(arguments.stack))


def _export(arguments: argparse.Namespace) -> dict[str, Any]:
    return proofs.export(
        arguments.seller,
        Stack.find(arguments.stack),
        Period(arguments.first, arguments.last),
        output=arguments.output or Path(f"{arguments.seller}.zip"),
    )


def _restore(arguments: argparse.Namespace) -> dict[str, Any]:
    return proofs.restore(arguments.bundle, Stack.find(arguments.stack))


def _repair_requests(arguments: argparse.Namespace) -> dict[str, Any]:
    return proofs.repair_requests(arguments.seller, Stack.find(arguments.stack))


def _fingerprint(arguments: argparse.Namespace) -> dict[str, Any]:
    return proofs.fingerprint_of(arguments.seller, Stack.find(arguments.stack))


def _destroy(arguments: argparse.Namespace) -> dict[str, Any]:
    return removal.remove(arguments.stack, confirmed=arguments.confirm)


def _price_order(arguments: argparse.Namespace) -> dict[str, Any]:
    return orders.price(arguments.file, arguments.seller, offline=arguments.offline)


def _explain_order(arguments: argparse.Namespace) -> str:
    return orders.explain(arguments.file, arguments.seller, offline=arguments.offline)


def _point_webhook(arguments: argparse.Namespace) -> dict[str, Any]:
    return endpoints.point(arguments.seller, arguments.url, Stack.find(arguments.stack))


def _of_webhook(
    run: Callable[[str, Stack], dict[str, Any]], arguments: argparse.Namespace
) -> dict[str, Any]:
    return run(arguments.seller, Stack.find(arguments.stack))


def _repair_news(arguments: argparse.Namespace) -> dict[str, Any]:
    stack, at = Stack.find(arguments.stack), datetime.now(UTC)
    return news.repair(arguments.seller, stack, since=arguments.since, at=at)


def _create_key(arguments: argparse.Namespace) -> dict[str, Any]:
    return keys.create(arguments.seller, arguments.scope, Stack.find(arguments.stack))


def _list_keys(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    return keys.told(arguments.seller, Stack.find(arguments.stack))


def _revoke_key(arguments: argparse.Namespace) -> dict[str, Any]:
    return keys.revoke(arguments.seller, arguments.key, Stack.find(arguments.stack))


if __name__ == "__main__":
    sys.exit(main())
