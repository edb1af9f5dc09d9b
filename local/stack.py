"""Facturier on this machine: emulator, mailbox, Stripe stand-in, the deployed template, its door.

`running()` is what tests and the demo use. `python -m local.stack start|stop|status` keeps one in
the background. What can begin side by side does, so a start takes seconds; what was started is
stopped in reverse order, also when a later step fails.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import exchange_rates, mailbox, ses_events, vies
from local.application import Application, Parameters, Report, deployed, timed
from local.emulator import Emulator, emulating
from local.mailbox import Mailbox
from local.packages import Package, package
from local.postbox import Mail
from local.processes import HOST, free_port, wait_until
from local.processes import running as running_process

ROOT: Path = Path(__file__).parents[1]
BUILT_TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"
STRIPE = "local.stripe"
_STRIPE_READY_WITHIN = 30.0
_KEPT_BY_A_RUN = ("mail", "stripe", "tmp", "kept")


@dataclass(frozen=True)
class StripeStandIn:
    """A running stand-in for Stripe."""

    url: str
    pid: int


@dataclass(frozen=True)
class Stack(Application):
    """The application with all that stands around it."""

    mailbox: Mailbox
    mailbox_url: str
    stripe: StripeStandIn

    @property
    def stripe_url(self) -> str:
        """Give the address that stands for Stripe."""
        return self.stripe.url

    @property
    def emulator_url(self) -> str:
        """Give the address that stands for AWS."""
        return self.emulator.url

    def mail(self) -> Sequence[Mail]:
        """List the messages that were sent, oldest first."""
        return self.mailbox.postbox.all()


@dataclass(frozen=True)
class Asked:
    """Which stack is meant: where it keeps its files, what it runs."""

    state_dir: Path
    template: Path
    stripe_module: str


@dataclass(frozen=True)
class _Surroundings:
    """What is there before the template is deployed."""

    emulator: Emulator
    mailbox: Mailbox
    mailbox_url: str
    stripe: StripeStandIn
    packages: Sequence[Package]


@contextmanager
def running(  # noqa: PLR0913 - each argument a noun of its own, most callers give one or two
    *,
    state_dir: Path,
    built_template: Path = BUILT_TEMPLATE,
    parameters: Parameters | None = None,
    stripe_module: str = STRIPE,
    settings: Parameters | None = None,
    report: Report = lambda _step, _milliseconds: None,
) -> Iterator[Stack]:
    """Run everything until the block ends. Each run begins empty; its logs stay in `state_dir`.

    `parameters` are the template's, `settings` the emulator's.
    """
    for name in _KEPT_BY_A_RUN:
        shutil.rmtree(state_dir / name, ignore_errors=True)
    state_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        emulator = emulating(state_dir, settings=settings)
        around = _surround(held, emulator, Asked(state_dir, built_template, stripe_module), report)
        _, vies_url = held.enter_context(vies.answering())
        ours = {
            "SesEndpoint": around.mailbox_url,
            "StripeApiBase": around.stripe.url,
            "ViesEndpoint": vies_url,
            "EcbEndpoint": held.enter_context(exchange_rates.publishing()),
            "WebhooksAnywhere": "true",
            "SchedulesAhead": "true",
        }
        application = held.enter_context(
            deployed(
                around.emulator,
                built_template,
                around.packages,
                name="facturier",
                parameters={**ours, **(parameters or {})},
                report=report,
            )
        )
        yield Stack(
            emulator=application.emulator,
            deployment=application.deployment,
            api_url=application.api_url,
            mailbox=around.mailbox,
            mailbox_url=around.mailbox_url,
            stripe=around.stripe,
        )


@contextmanager
def beside(
    stack: Stack, built_template: Path, *, name: str, parameters: Parameters | None = None
) -> Iterator[Application]:
    """Deploy another template in a stack's emulator, behind a door of its own."""
    packages = package(built_template)
    with deployed(
        stack.emulator, built_template, packages, name=name, parameters=parameters or {}
    ) as application:
        yield application


def _surround(
    held: ExitStack, emulated: AbstractContextManager[Emulator], asked: Asked, report: Report
) -> _Surroundings:
    """Start what needs nothing else, side by side."""

    def start[Started](step: str, context: AbstractContextManager[Started]) -> Started:
        with timed(step, report):
            return held.enter_context(context)

    def pack() -> Sequence[Package]:
        with timed("packages", report):
            return package(asked.template)

    with ThreadPoolExecutor() as pool:
        emulator = pool.submit(start, "emulator", emulated)
        stripe = pool.submit(start, "stripe", _stripe(asked.stripe_module, asked.state_dir))
        post = pool.submit(start, "mailbox", mailbox.receiving(asked.state_dir / "mail"))
        packages = pool.submit(pack)
    box, mailbox_url = post.result()
    box.publish = ses_events.through(emulator.result())
    return _Surroundings(
        emulator=emulator.result(),
        mailbox=box,
        mailbox_url=mailbox_url,
        stripe=stripe.result(),
        packages=packages.result(),
    )


@contextmanager
def _stripe(module: str, state_dir: Path) -> Iterator[StripeStandIn]:
    """Run the Stripe stand-in; it says `ready` when it listens."""
    port = free_port()
    log = state_dir / "stripe.log"
    command = [sys.executable, "-m", module, "--port", str(port)]
    command += ["--state-dir", str(state_dir.resolve() / "stripe")]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with running_process(command, log=log, environment=environment, folder=ROOT) as process:
        wait_until(
            lambda: "ready" in log.read_text(), process, log=log, within=_STRIPE_READY_WITHIN
        )
        yield StripeStandIn(url=f"http://{HOST}:{port}", pid=process.pid)


if __name__ == "__main__":
    from local.background import main

    main()
