"""What reminders cost, and whether it hangs on how much is open or only on what is due.

Ten thousand reminders go all their way, each to another buyer: planned, claimed, handed on by the
stream, drawn, mailed, and what SES tells of them learnt. The functions run as they are over the
simulation's tables and bucket in this process, because an emulator takes hours for it, with queues
and an SES that only count. Drawing is what takes long: every hundredth letter is really drawn,
the others have its bytes.

Units are counted from the items by DynamoDB's rules: a strong read for each 4 KB begun, an
eventual one half of it, a query by the sum of what it gives; a write for each KB begun, twice
inside of a transaction, where a check counts as a write too, and one or two for each index.
Lambda's time is the CPU's, measured here, at the share of a CPU that the function's memory buys
(1,769 MB is a whole one), and 5 ms of waiting for each call of AWS. Prices are those of `costs`.
"""

from dataclasses import dataclass

from bench import costs
from bench.capacity import GB, READ_USD, WRITE_USD
from bench.measures import Measure
from bench.reminder_day import day
from bench.reminder_meter import Day
from bench.standing import GB_SECOND, INVOCATION, POLL

OPEN, DUE = 20_000, 10_000
FEW, MANY, DUE_OF_THEM = 10_000, 100_000, 1_000  # two days to compare
MILLION, DUE_OF_MILLION = 1_000_000, 20_000
WAIT = 0.005  # seconds for a call of AWS
WHOLE_CPU_MB = 1769  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MESSAGE_ENDS = 2  # requests beside sending: to receive and to delete, each for a whole batch


@dataclass(frozen=True, slots=True)
class Spent:
    """Dollars for the reminders of a day, by service."""

    dynamodb: float
    functions: float
    sqs: float
    s3: float
    ses: float

    @property
    def total(self) -> float:
        """All of them."""
        return self.dynamodb + self.functions + self.sqs + self.s3 + self.ses


def measures() -> list[Measure]:
    """Measure a day on which as much is due, with ten times as much open."""
    found, few, many = day(OPEN, DUE), day(FEW, DUE_OF_THEM), day(MANY, DUE_OF_THEM)
    spent, thousand = spent_on(found), 1000 / DUE
    how = f"{DUE} of {OPEN} open invoices are due, each of another buyer, until SES told of each"
    parts = {
        "DynamoDB": spent.dynamodb,
        "Lambda": spent.functions,
        "SQS": spent.sqs,
        "S3": spent.s3,
        "SES": spent.ses,
    }
    priced = ", ".join(f"{name} {usd * thousand:.3f}" for name, usd in parts.items())
    ratio = f"units, calls and messages for {DUE_OF_THEM} due of {MANY} open, by those of {FEW}"
    seconds = sum(seconds_of(found).values()) * thousand
    million = spent.total * DUE_OF_MILLION / DUE
    computed = f"{DUE_OF_MILLION} due of {MILLION} open: what is not due costs nothing (see ratio)"
    times = counted_usd(many) / counted_usd(few)
    return [
        Measure("reminder_reads_per_1000_due", found.reads * thousand, "units", how),
        Measure(
            "reminder_writes_per_1000_due", found.writes * thousand, "units", f"{how}, checks too"
        ),
        Measure("reminder_lambda_seconds_per_1000", seconds, "s", _each(found, thousand)),
        Measure("reminder_usd_per_1000", spent.total * thousand, "USD", priced),
        Measure("reminder_usd_of_a_million_open", million, "USD", computed),
        Measure("reminder_cost_open_vs_due", times, "times", ratio, 1.05),
    ]


def spent_on(found: Day) -> Spent:
    """Price what was counted."""
    took = seconds_of(found)
    invoked = sum(found.messages[name] / found.batches[name] for name in found.messages)
    gigabytes = sum(took[name] * found.memory[name] / 1024 for name in took)
    sent = sum(found.sent.values()) + sum(
        MESSAGE_ENDS * found.messages[name] / found.batches[name] for name in found.queued
    )
    return Spent(
        dynamodb=_units_usd(found),
        functions=gigabytes * GB_SECOND + invoked * INVOCATION,
        sqs=sent * POLL,
        s3=found.puts * costs.PUT_OBJECT + found.gets * costs.GET_OBJECT,
        ses=found.mails * (costs.MAIL + costs.TOLD_BY_SES * costs.PUBLISHED)
        + found.mailed_bytes / GB * costs.MAILED_GB,
    )


def seconds_of(found: Day) -> dict[str, float]:
    """Give how long Lambda runs, by function."""
    return {
        name: cpu * max(1.0, WHOLE_CPU_MB / found.memory[name]) + found.calls[name] * WAIT
        for name, cpu in found.cpu.items()
    }


def counted_usd(found: Day) -> float:
    """Price what is counted and not measured, so that two days compare."""
    waited = sum(found.calls[name] * WAIT * found.memory[name] / 1024 for name in found.calls)
    return _units_usd(found) + waited * GB_SECOND + sum(found.sent.values()) * POLL


def _units_usd(found: Day) -> float:
    return found.reads * READ_USD + found.writes * WRITE_USD


def _each(found: Day, thousand: float) -> str:
    took = seconds_of(found)
    return ", ".join(f"{name} {each * thousand:.0f} s" for name, each in took.items())
