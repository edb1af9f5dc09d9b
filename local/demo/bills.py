"""Chapters about what is billed: treatments of VAT, held orders, credit notes, deposits."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from local.demo.buyer import occasion
from local.demo.report import Step
from local.demo.shop import sample, see

if TYPE_CHECKING:
    from local.demo.story import Story


def dry_run(story: "Story", step: Step) -> None:
    """Price an order that nobody keeps."""
    quote = story.shop.price(sample("german-consumer") | {"id": "asked-only"})
    total = quote["draft"]["totals"]["gross"]["amount"]
    see(total == "310.90", f"the dry run comes to {total}")
    unknown = story.shop.get("/v1/orders/asked-only").status_code
    see(unknown == HTTPStatus.NOT_FOUND, "a dry run was kept")
    step.saw(total=total)


def abroad(story: "Story", step: Step) -> None:
    """Sell to a business whose number VIES knows."""
    number = story.invoiced("belgian-business")
    draft = story.shop.invoice(number)["invoice"]["draft"]
    [line] = draft["vat"]
    see(line["decision"]["treatment"] == "intra_community", f"treated as {line['decision']}")
    see(line["vat"]["amount"] == "0.00", "VAT was charged")
    see(draft["vat_check"]["outcome"] == "valid", "no proof of the number is kept")
    why = story.shop.get("/v1/orders/1007/explanation").text
    see("intra" in why, f"the explanation says {why}")
    step.saw(number=number, rule=line["decision"]["rule"])


def released(story: "Story", step: Step) -> None:
    """Hold an order whose number nobody can verify, until its seller takes it upon himself."""
    story.shop.post(sample("german-business"))
    standing = story.shop.until("1008", "held")
    reasons = [reason["code"] for reason in standing["reasons"]]
    see(reasons == ["vat_number_unverified"], f"held for {reasons}")
    story.shop.decide("1008", "release", reasons=reasons).raise_for_status()
    number = story.shop.until("1008", "done")["invoice"]["number"]
    step.saw(reasons=reasons, number=number)


def credited(story: "Story", step: Step) -> None:
    """Give back one line of an invoice."""
    number = story.numbers["french-business"]
    asked = {"id": "back-1", "reason": "Prestation annulée", "lines": [{"line": "2"}]}
    story.shop.credit(number, asked).raise_for_status()
    note = story.shop.credited(number, "back-1")
    content = story.shop.get(f"{note['href']}/pdf").content
    (story.out / "credit-note.pdf").write_bytes(content)
    buyer = story.buyer("french-business")
    buyer.await_mail(occasion("credit_note", note["number"]))
    due = story.shop.invoice(number)["balance"]["due"]["amount"]
    see(due == "2298.24", f"{due} is still due")
    step.saw(number=note["number"], due=due)


def deposited(story: "Story", step: Step) -> None:
    """Ask for a deposit, then for the rest."""
    deposit = story.invoiced("deposit")
    story.shop.post(sample("final") | {"deducts": [deposit]}).raise_for_status()
    final = story.shop.until("1009", "done")["invoice"]["number"]
    (story.out / "final.pdf").write_bytes(story.shop.file(final, "pdf"))
    sums = [story.shop.invoice(each)["balance"]["due"]["amount"] for each in (deposit, final)]
    see(sums == ["720.00", "1680.00"], f"deposit and rest come to {sums}")
    step.saw(deposit=deposit, final=final)
