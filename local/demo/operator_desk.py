"""The documented command, run as an operator runs it, but in an AWS that is the emulator."""

import os
import subprocess
import sys
from pathlib import Path

from local.emulator import REGION, ROOT
from local.stack import ROOT as CHECKOUT
from local.stack import Stack


class CommandFailedError(AssertionError):
    """The command ended with an error; the text is what it said."""


def facturier(stack: Stack, *words: str | Path, stripe_key: str | None = None) -> str:
    """Run `cli/facturier` and give what it prints; CommandFailedError if it does not succeed."""
    command = [sys.executable, "-m", "cli", *map(str, words)]
    done = subprocess.run(  # noqa: S603  our own words only
        command,
        env=_environment(stack, stripe_key),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandFailedError(done.stdout + done.stderr)
    return done.stdout


def _environment(stack: Stack, stripe_key: str | None) -> dict[str, str]:
    ours = {
        **whereabouts(stack),
        "PYTHONPATH": f"{CHECKOUT / 'layers/invoicing'}:{CHECKOUT}",
    }
    return {**os.environ, **ours, **({"STRIPE_API_KEY": stripe_key} if stripe_key else {})}


def whereabouts(stack: Stack) -> dict[str, str]:
    """Give what leads boto3 and `cli/facturier` to a stack on this machine."""
    return {
        "AWS_ENDPOINT_URL": stack.emulator_url,
        "AWS_ENDPOINT_URL_SESV2": stack.mailbox_url,
        "AWS_ACCESS_KEY_ID": ROOT,
        "AWS_SECRET_ACCESS_KEY": ROOT,
        "AWS_DEFAULT_REGION": REGION,
        "STRIPE_API_BASE": stack.stripe_url,
        "WEBHOOKS_ANYWHERE": "true",
    }
