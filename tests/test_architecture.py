"""The shape of the code, as DESIGN says it: each rule here is one that a reviewer would forget."""

import ast
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from api import description
from api.description import shape
from api.operations import OPERATIONS
from invoicing import settings
from tests import aws

ROOT = Path(__file__).parents[1]
LAYER = ROOT / "layers/invoicing"
FUNCTIONS = sorted((ROOT / "functions").glob("*/app.py"))
MODULES = sorted((LAYER / "invoicing").rglob("*.py"))

# The doors' own: the environment and the logger are theirs, and no rule of business asks them.
DOORS = {"invoicing.settings", "invoicing.telemetry"}
ADAPTERS = "invoicing.adapters"
CORE_ORDER = ["records", "money", "parties", "orders", "vat.tax", "invoices", "drafts", "ledger"]

# What would make the core depend on the world: machines, time, chance.
IMPURE = {
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "facturx",
    "http",
    "jinja2",
    "lxml",
    "os",
    "pathlib",
    "random",
    "requests",
    "saxonche",
    "secrets",
    "socket",
    "stripe",
    "subprocess",
    "time",
    "uuid",
    "weasyprint",
}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic"}

# Powers of ten and floats that never meet money.
NOT_ABOUT_MONEY = {
    "invoicing/views/colours.py": "mixes colours by percent",
    "invoicing/views/browsers.py": "reads the q-value of Accept-Language",
    "invoicing/records.py": "cuts moments to the millisecond",
}
POWERS_OF_TEN = {"10", "100", "1000", "0.01", "0.001"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name_of(path: Path) -> str:
    """Name a module as it is imported; a function by its folder."""
    if path in FUNCTIONS:
        return f"functions.{path.parent.name}"
    parts = path.relative_to(LAYER).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


PATHS = {name_of(path): path for path in MODULES + FUNCTIONS}
CORE = [name for name in PATHS if name.startswith("invoicing") and not name.startswith(ADAPTERS)]


def running_nodes(path: Path) -> Iterator[ast.AST]:
    """Walk over what runs: the branch that only a type checker reads is left out."""
    todo: list[ast.AST] = [tree(path)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            todo += node.orelse
            continue
        yield node
        todo += ast.iter_child_nodes(node)


@cache
def imports(name: str) -> frozenset[str]:
    """Give every module that a module imports, inside its functions too."""
    found: set[str] = set()
    for node in running_nodes(PATHS[name]):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found |= {_module(module, each.name) for each in node.names}
    return frozenset(found)


def _module(module: str, name: str) -> str:
    return f"{module}.{name}" if f"{module}.{name}" in PATHS else module


def roots(name: str) -> set[str]:
    return {module.partition(".")[0] for module in imports(name)}


@cache
def reached(name: str) -> frozenset[str]:
    """Give every module of ours that comes with a module, itself included."""
    found, todo = set[str](), [name]
    while todo:
        module = todo.pop()
        if module not in found:
            found.add(module)
            todo += [each for each in imports(module) if each in PATHS]
    return frozenset(found)


@pytest.mark.parametrize("name", sorted(set(CORE) - DOORS))
def test_the_core_knows_no_machine_no_time_and_no_chance(name):
    assert not roots(name) & IMPURE
    assert not {module for module in imports(name) if module.startswith(ADAPTERS)}
    assert not imports(name) & DOORS


@pytest.mark.parametrize("name", sorted(CORE))
def test_the_core_is_told_what_time_it_is(name):
    asked = [
        ast.unparse(node)
        for node in ast.walk(tree(PATHS[name]))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
    ]

    assert asked == []


def test_imports_go_one_way():
    graph = {name: imports(name) & PATHS.keys() for name in PATHS}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_the_shapes_follow_each_other_as_a_document_grows():
    for earlier, later in pairwise(CORE_ORDER):
        assert f"invoicing.{later}" not in reached(f"invoicing.{earlier}")


def test_who_reads_what_was_issued_starts_without_all_that_it_was_drafted_with():
    """The law's tables, the decisions about VAT, deposits: each seventh module of ours."""
    drafting = {
        path.parent.name for path in FUNCTIONS if "invoicing.drafts" in reached(name_of(path))
    }

    rehearses = {"render_document"}  # an invoice before the first, as a function starts
    assert drafting == rehearses | {"take_order", "decide_order", "check_draft", "issue_document"}


def test_nothing_of_the_layer_knows_a_function():
    for name in PATHS:
        assert "functions" not in roots(name)


# In a Python by itself: what is made or asked as functions are imported, and the hooks they leave.
IMPORTED = """
import importlib.util, json, socket, sys
import botocore.session, snapshot_restore_py
done, asked = [], set()
socket.socket.connect = lambda *_: done.append("connection")
botocore.session.Session.create_client = lambda _, name, **__: done.append(name)
CHANGING = {"now", "today", "utcnow", "time", "monotonic", "perf_counter", "urandom", "getrandbits"}
STATEFUL = {"random", "secrets", "uuid", "invoicing.settings", "invoicing.adapters.secrets"}

def watch(frame, event, called):
    caller = frame if event == "c_call" else frame.f_back
    ours = caller and caller.f_globals.get("__name__", "").startswith(("invoicing", "app"))
    if ours and event == "c_call" and called.__name__ in CHANGING:
        asked.add(f"{caller.f_globals['__name__']} calls {called.__qualname__}")
    if ours and event == "call" and frame.f_globals.get("__name__") in STATEFUL - {
        caller.f_globals["__name__"]
    } and frame.f_code.co_name != "<module>":
        asked.add(f"{caller.f_globals['__name__']} calls {frame.f_code.co_qualname}")

sys.setprofile(watch)
for number, app in enumerate(sys.argv[1:]):
    spec = importlib.util.spec_from_file_location(f"app{number}", app)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
sys.setprofile(None)
hooks = [each.__name__ for each, *_ in snapshot_restore_py.get_before_snapshot()]
print(json.dumps([done, sorted(asked), hooks]))
"""
# As Lambda's own, of which only this is asked here.
HOOKS = """
kept = []
register_before_snapshot = lambda hook: kept.append((hook,))
register_after_restore = lambda hook: hook
get_before_snapshot = lambda: kept
"""


def test_importing_does_nothing_that_a_snapshot_would_multiply(tmp_path):
    """No client, no connection, no time, no chance, no setting; all of it is primed by one hook.

    The X-Ray SDK, which Powertools' tracer imports, makes clients of the daemon beside it.
    """
    (tmp_path / "snapshot_restore_py.py").write_text(HOOKS)
    environment = {"PYTHONPATH": f"{LAYER}:{tmp_path}", "PATH": ""}
    ran = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", IMPORTED, *map(str, FUNCTIONS)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )

    done, asked, hooks = json.loads(ran.stdout.splitlines()[-1])
    assert set(done) <= {"xray"}
    assert asked == []
    assert hooks == ["prime"]


def blocks():
    return aws.resources("AWS::Serverless::Function")


def pascal(folder: str) -> str:
    return "".join(word.capitalize() for word in folder.split("_"))


def test_every_function_of_the_template_has_its_folder_and_the_other_way_round():
    folders = {path.parent.name for path in FUNCTIONS}

    assert {pascal(folder) for folder in folders} == set(blocks())
    assert {block["CodeUri"] for block in blocks().values()} == {f"functions/{f}" for f in folders}
    for name, block in blocks().items():
        assert pascal(block["CodeUri"].removeprefix("functions/")) == name


def test_every_function_block_has_its_keys_in_the_same_order():
    order = [
        "CodeUri",
        "MemorySize",
        "Timeout",
        "Tracing",
        "ReservedConcurrentExecutions",
        "RecursiveLoop",
        "Layers",
        "Policies",
        "Events",
    ]

    for name, block in blocks().items():
        assert list(block) == [key for key in order if key in block], name


def test_who_can_come_round_to_himself_by_queues_says_so():
    """Lambda takes the sixteenth time for a mistake and stops it, unless the function allows it."""
    woken, sends = defaultdict(set), defaultdict(set)
    for name, block in blocks().items():
        for event in block.get("Events", {}).values():
            if event["Type"] == "SQS":
                woken[event["Properties"]["Queue"]["Fn::GetAtt"].partition(".")[0]].add(name)
        for policy in block["Policies"]:
            for said in policy.get("SQSSendMessagePolicy", {}).values():
                sends[name].add(said["Fn::GetAtt"].partition(".")[0])
    wakes = {name: {other for queue in sends[name] for other in woken[queue]} for name in blocks()}

    comes_round = {name for name in wakes if name in _woken_by(name, wakes)}

    assert comes_round >= {"PlanReminders", "SendDigests", "DeliverNotice"}
    assert comes_round == {name for name, block in blocks().items() if "RecursiveLoop" in block}


def _woken_by(name, wakes):
    """Give whom a function wakes, and whom they wake."""
    found, todo = set(), [name]
    while todo:
        new = wakes[todo.pop()] - found
        found |= new
        todo += new
    return found


@pytest.mark.parametrize("app", FUNCTIONS, ids=lambda path: path.parent.name)
def test_a_function_is_one_file_that_is_read_in_a_minute(app):
    others = [file for file in app.parent.iterdir() if file.name != "__pycache__"]

    assert others == [app]
    assert len(app.read_text().splitlines()) <= 130


@pytest.mark.parametrize("app", FUNCTIONS, ids=lambda path: path.parent.name)
def test_a_function_has_all_it_imports_in_its_own_layers(app):
    """The emulator would hide a missing dependency: it sees every package of this machine."""
    modules = reached(name_of(app))
    wanted = {root for name in modules for root in roots(name)}
    wanted -= set(sys.stdlib_module_names) | {"invoicing"}
    given = {"invoicing"} | {
        _folder(layer)
        for layer in blocks()[pascal(app.parent.name)].get("Layers", [])
        if "Ref" in layer  # the optional one holds fonts alone
    }
    locked = {package for layer in given for package in _packages(layer)}

    missing = {module for module in wanted if not _distributions(module) & locked}
    assert not missing


def _folder(reference: dict[str, str]) -> str:
    layer = aws.resources("AWS::Serverless::LayerVersion")[reference["Ref"]]
    return str(layer["ContentUri"]).removeprefix("layers/")


@cache
def _packages(layer: str) -> frozenset[str]:
    text = (ROOT / f"requirements/{layer}.txt").read_text()
    return frozenset(re.findall(r"^([a-z0-9._-]+)(?:\[.*?])?==", text, re.MULTILINE))


_IN_LAYERS_ALONE = {"mockeinvoice": ["mock-einvoice"]}  # tests load the built layer


@cache
def _installed() -> Mapping[str, list[str]]:
    return packages_distributions()


def _distributions(module: str) -> set[str]:
    found = _installed().get(module, _IN_LAYERS_ALONE.get(module, []))
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


PRODUCT = pytest.mark.parametrize(
    "path", MODULES + FUNCTIONS, ids=lambda path: str(path.relative_to(ROOT))
)


def _short(path: Path) -> str:
    return str(path.relative_to(LAYER if path in MODULES else ROOT))


@PRODUCT
def test_no_amount_goes_through_a_binary_float(path):
    calls = [
        ast.unparse(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "float"
    ]

    assert calls == [] or _short(path) in NOT_ABOUT_MONEY


@PRODUCT
def test_no_amount_is_counted_in_hundreds(path):
    """JPY has no cents and KWD has a thousand fils; `scaleb` and the currency's exponent know."""
    sums = [
        ast.unparse(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.BinOp) and {_number(node.left), _number(node.right)} & POWERS_OF_TEN
    ]

    assert sums == [] or _short(path) in NOT_ABOUT_MONEY


def _number(node: ast.expr) -> str | None:
    """Read a literal: 100, 1e2, Decimal(100) or Decimal("100")."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return f"{value:g}"
        case ast.Call(args=[ast.Constant(value=value)]) if ast.unparse(node.func) == "Decimal":
            return str(value)
    return None


def test_every_exception_to_a_rule_is_still_needed():
    for short in NOT_ABOUT_MONEY:
        text = (LAYER / short).read_text()
        assert "float(" in text or re.search(r"[*/] 10+\b", text), short


def test_a_module_is_named_for_what_it_is_about():
    meaningless = {
        "utils",
        "util",
        "helpers",
        "helper",
        "manager",
        "common",
        "base",
        "core",
        "misc",
    }
    ours = [
        path
        for folder in ("layers", "functions", "cli", "local")
        for path in (ROOT / folder).rglob("*.py")
    ]

    assert not {path for path in ours if path.stem in meaningless}


def test_every_setting_is_given_by_the_template_and_none_in_vain():
    variables = aws.template()["Globals"]["Function"]["Environment"]["Variables"]
    own = {name for name in variables if not name.startswith("POWERTOOLS_")}
    for block in blocks().values():
        own |= set(block.get("Environment", {}).get("Variables", {}))

    assert own == set(get_args(settings.Name))


def test_a_queue_waits_six_times_as_long_as_its_worker():
    """Lambda's own advice: else a message comes again while it is still being worked on."""
    usual = aws.template()["Globals"]["Function"]["Timeout"]
    queues = aws.resources("AWS::SQS::Queue")
    for name, block in blocks().items():
        for event in block["Events"].values():
            if event["Type"] == "SQS":
                queue, _ = event["Properties"]["Queue"]["Fn::GetAtt"].split(".")
                assert queues[queue]["VisibilityTimeout"] == 6 * block.get("Timeout", usual), name
                assert "RedrivePolicy" in queues[queue]


def api_routes():
    """Name each route that shops and Stripe call, with the function behind it."""
    return {
        f"{event['Properties']['Method']} {event['Properties']['Path']}": name
        for name, block in blocks().items()
        for event in block.get("Events", {}).values()
        if event["Type"] == "HttpApi" and event["Properties"]["Path"].startswith("/v1/")
    }


@pytest.mark.parametrize("route", api_routes())
def test_every_route_of_the_template_is_described(route):
    ways = [shape(route)]
    if route.endswith("/{file}"):  # of which the function names each
        ways = [shape(route.replace("{file}", file)) for file in ("pdf", "xml")]

    described = {shape(name) for name in OPERATIONS}

    assert described & set(ways), f"{route} has no line in api/operations.py"


def test_the_description_is_written_anew_whenever_the_code_says_otherwise():
    written = json.loads(description.FILE.read_text())

    assert written == json.loads(json.dumps(description.document())), "make openapi"
