"""Product code with a guard taken away: each of these must be noticed.

A mutant is a few replacements in the text of product files, made in memory: functions that are
loaded already get the code of the changed text, a function's app is loaded again from it. Guards
that back each other up are taken away together; one alone would rightly go unnoticed.
"""

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.doors import FUNCTIONS
from tests.simulation.functions import edited, source
from tests.simulation.story import Outcome, play

LAYER = Path(__file__).parents[2] / "layers" / "invoicing"
MOST_SEEDS = 400
ALWAYS = '"attribute_exists(pk) OR attribute_not_exists(pk)"'
_THERE = '"attribute_exists(pk)"'
_HEADS = "invoicing.adapters.ledger.heads"
_LEDGER = "invoicing.adapters.ledger.ledger_table"
_LETTER = "invoicing.adapters.mails.correspondence"
_STATES = "invoicing.adapters.ledger.states"
_REQUESTS = "invoicing.adapters.operations.requests_table"
_NOTICES = "invoicing.adapters.operations.notices_table"
_AGENDA = "invoicing.adapters.operations.agenda_table"


class StaleMutantError(Exception):
    """The text that a mutant changes is not there, or there twice."""


@dataclass(frozen=True)
class Edit:
    """One replacement: in a module, or in the app of a function's folder."""

    where: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        """Change the text."""
        if text.count(self.old) != 1:
            raise StaleMutantError(
                f"{self.old!r} stands {text.count(self.old)} times in {self.where}"
            )
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Mutant:
    """What is taken away, and how."""

    name: str
    edits: tuple[Edit, ...]


_HEAD = Edit(_HEADS, '"head = :before"', _THERE)
_FIRST_HEAD = Edit(_HEADS, "items.NOT_EXISTS if first", f"{ALWAYS} if first")
_PLACE = Edit(
    _LEDGER,
    '            "ConditionExpression": "attribute_not_exists(pk)",\n        }',
    "        }",
)
_REQUEST = Edit(
    _REQUESTS,
    '"ConditionExpression": "#state = :ready AND draft_hash = :draft_hash",\n        "Exp',
    f'"ConditionExpression": {_THERE},\n        "Exp',
)
_CLAMP = Edit("invoicing.ledger", "at=max(after.at, at)", "at=at")
_YEAR = Edit("invoicing.ledger", "year = max(after.year, ", "year = max(0, ")
_OWED = Edit(_NOTICES, "item(notice), condition=items.NOT_EXISTS)", "item(notice))")
_PLANNED = Edit(_AGENDA, "_item(agenda), condition=items.NOT_EXISTS)", "_item(agenda))")
_LEVEL = Edit(
    _AGENDA, '"ConditionExpression": "entry = :entry"', f'"ConditionExpression": {ALWAYS}'
)
_STATE = Edit(_LEDGER, 'condition = "version = :seen" if', f"condition = {_THERE} if")
_NO_STATE = Edit(
    _LEDGER, 'else "attribute_not_exists(pk)"\n        check', f"else {ALWAYS}\n        check"
)
_CREDITED = Edit(
    _STATES,
    'seen if before else "attribute_not_exists(credited)"',
    f"{ALWAYS}",
)
_CREDIT_STANDS = Edit(
    _LEDGER, 'return int(item.get("credited", 0)) == draft.before.minor', "return True"
)
_NO_LIMIT = (
    Edit("invoicing.credit_notes", "if amount > left.total:", "if False:"),
    Edit(
        "invoicing.credit_notes",
        "< self.amount <= self.limit - self.before:",
        "< self.amount:",
    ),
    Edit(_STATES, '"credited = :before AND credited <= :most"', '"credited = :before"'),
    Edit(_STATES, ', ":most": draft.limit.minor - amount} if', "} if"),
)
_DEPOSIT_STANDS = Edit(
    _LEDGER, 'return not any("credited" in item', 'return True or any("x" in item'
)
_STORED = Edit("render_document", "    if not book().stored(place):\n", "    if True:\n")

MUTANTS = (
    Mutant("the head may have moved", (_HEAD,)),
    Mutant("the head may have moved and the place be taken", (_HEAD, _FIRST_HEAD, _PLACE)),
    Mutant("a series may begin twice", (_FIRST_HEAD, _PLACE)),
    Mutant("a request may be numbered again", (_REQUEST,)),
    Mutant("a clock may be behind the head", (_CLAMP,)),
    Mutant("a clock may be behind the head, and the year too", (_CLAMP, _YEAR)),
    Mutant("a file may be recorded again", (_PLACE, _OWED, _PLANNED)),
    Mutant("a file may be recorded again, unread", (_PLACE, _OWED, _PLANNED, _STORED)),
    Mutant(
        "a batch may leave the list before all of it is stored",
        (Edit("sweep_requests", "if not unstored and not unsent:", "if not unsent:"),),
    ),
    Mutant(
        "a batch may leave the list before each mail was attempted",
        (Edit("sweep_requests", "if not unstored and not unsent:", "if not unstored:"),),
    ),
    Mutant(
        "the last of a batch may stand for itself alone",
        (Edit("invoicing.ledger", "run[-1]: run[0].n for run", "run[-1]: run[-1].n for run"),),
    ),
    Mutant(
        "nobody may stand for a batch",
        (Edit(_LEDGER, "first = firsts.get(entry.place)", "first = None"),),
    ),
    Mutant("credits may be decided against what is no more", (_CREDITED, _CREDIT_STANDS)),
    Mutant("more may be credited than was billed", _NO_LIMIT),
    Mutant(
        "a deposit may be deducted twice",
        (
            _DEPOSIT_STANDS,
            Edit(
                _STATES,
                '"attribute_not_exists(deducted_by) "\n'
                '        "AND attribute_not_exists(credited)"',
                ALWAYS,
            ),
            Edit(
                "check_draft",
                "official_rules.findings(rehearsed) + _overtaken(request)",
                "official_rules.findings(rehearsed)",
            ),
        ),
    ),
    Mutant(
        "a claimed notice may be claimed",
        (Edit(_NOTICES, '"#state = :state AND attempt = :attempt"', _THERE),),
    ),
    Mutant("a reminder may be claimed for what was paid", (_STATE, _NO_STATE)),
    Mutant("a reminder may be claimed twice", (_LEVEL, _OWED)),
    Mutant(
        "what is settled may wait to be handed over",
        (Edit("invoicing.adapters.consequences", "    if not balance.due:\n", "    if False:\n"),),
    ),
    Mutant(
        "a reminder may be claimed for what is frozen",
        (Edit("invoicing.adapters.reminding", "        if holding:\n", "        if False:\n"),),
    ),
    Mutant(
        "a debt may be open again before it is frozen",
        (
            Edit(
                "invoicing.adapters.casework",
                "    _freeze_while_under_way(seller, history, at=at)\n",
                "    journal.acknowledge(seller, history, at=at)\n    return\n",
            ),
        ),
    ),
    Mutant(
        "a reminder may leave for what was paid",
        (
            Edit(
                "invoicing.adapters.mails.reminder_facts",
                "        if asked and not",
                "        if not",
            ),
        ),
    ),
    Mutant(
        "a lost answer of SES may be asked for again",
        (
            Edit(
                "deliver_notice",
                "return claimed.doubted(str(error), datetime.now(UTC))",
                "return claimed.put_off(datetime.now(UTC))",
            ),
        ),
    ),
    Mutant(
        "an order may be taken over another",
        (
            Edit(
                _REQUESTS,
                "items.put(self._name, item, condition=items.NOT_EXISTS)",
                "items.put(self._name, item)",
            ),
        ),
    ),
    Mutant(
        "another content may be the same order",
        (Edit("take_order", "if not kept.knows(requests.body_hash(order)):", "if False:"),),
    ),
    Mutant(
        "a decided draft may be decided again",
        (
            Edit(
                _REQUESTS,
                'condition="#state = :before AND revision = :revision"',
                f"condition={_THERE}",
            ),
        ),
    ),
    Mutant(
        "a closing that was missed may stay missed",
        (
            Edit(
                "close_ledger",
                "not closings.has_ended(period, seller, at=at):",
                "not closings.has_ended(period, seller, at=at)"
                " or closings.is_overdue(period, seller, at=at):",
            ),
        ),
    ),
    Mutant(
        "a closing may be known to nobody",
        (
            Edit("plan_closings", "if not anchors_bucket().holds(last.anchor_key):", "if False:"),
            Edit("anchor_closing", "[*takewhile(_is_lost, found)]", "[]"),
        ),
    ),
    Mutant(
        "nobody sweeps",
        (Edit("sweep_requests", "for undone in inbox_index.undone():", "for undone in ():"),),
    ),
    Mutant(
        "two receipts of an invoice may stand in a transaction",
        (
            Edit(
                "issue_document",
                "return requests.one_for_each_invoice(each for each in found if "
                "book().has_room(each.draft))",
                "return [each for each in found if book().has_room(each.draft)]",
            ),
        ),
    ),
    Mutant(
        "a receipt may leave its invoice's state alone",
        (Edit(_STATES, "return [_moved(table, Receipt.model_validate(entry.body))]", "return []"),),
    ),
)


def killed_by(mutant: Mutant, *, start: int = 0, seeds: int = MOST_SEEDS) -> Outcome | None:
    """Play seeds until one notices the mutant; None if all are content."""
    with applied(mutant):
        outcomes = map(play, range(start, start + seeds))
        return next((each for each in outcomes if each.violations), None)


@contextmanager
def applied(mutant: Mutant) -> Iterator[None]:
    """Let product code be the mutant until the block ends; no file is touched."""
    with ExitStack() as changes:
        for where in dict.fromkeys(edit.where for edit in mutant.edits):
            edits = [edit for edit in mutant.edits if edit.where == where]

            def change(text: str, edits: list[Edit] = edits) -> str:
                for edit in edits:
                    text = edit.apply(text)
                return text

            if (FUNCTIONS / where).is_dir():
                changes.enter_context(edited(where, change))
                change(source(where))  # now, so that a stale one is told of
            else:
                _swap(where, change, changes)
        yield


def _swap(name: str, change: Any, changes: ExitStack) -> None:  # noqa: ANN401  a function of a text
    module = importlib.import_module(name)
    path = Path(str(module.__file__))
    text = _text(path)
    before, after = _codes(text, path), _codes(change(text), path)
    for qualified, code in after.items():
        if code != before.get(qualified):
            function = _function(module, qualified)
            changes.callback(setattr, function, "__code__", function.__code__)
            function.__code__ = code


@cache
def _text(path: Path) -> str:
    return path.read_text()


def _codes(text: str, path: Path) -> dict[str, CodeType]:
    """Give the code of every function and method of a module by its qualified name."""
    found: dict[str, CodeType] = {}
    waiting = [compile(text, str(path), "exec")]
    while waiting:
        for constant in waiting.pop().co_consts:
            if isinstance(constant, CodeType) and "<" not in constant.co_qualname:
                found[constant.co_qualname] = constant
                waiting.append(constant)
    return {name: code for name, code in found.items() if _is_function(code)}


def _is_function(code: CodeType) -> bool:
    optimized = 0x1  # CO_OPTIMIZED: the body of a class has it not
    return bool(code.co_flags & optimized)


def _function(module: ModuleType, qualified: str) -> Any:  # noqa: ANN401  a function
    found: Any = module
    for part in qualified.split("."):
        found = vars(found)[part]
    for inner in ("fget", "__func__", "__wrapped__"):
        found = getattr(found, inner, found)
    return found
