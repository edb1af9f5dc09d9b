import pytest

from invoicing.adapters.paper import rehearsal, renderer


@pytest.fixture
def drawn(monkeypatch):
    documents = []
    monkeypatch.setattr(renderer, "files", documents.append)
    return documents


def test_lambda_draws_an_invoice_that_nobody_gets_before_the_first_that_counts(monkeypatch, drawn):
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")

    rehearsal.on_lambda()

    [invoice] = drawn
    assert len(invoice.draft.lines) == 40
    assert invoice.draft.totals.due.amount > 0


def test_anywhere_else_an_import_stays_an_import(monkeypatch, drawn):
    monkeypatch.delenv("AWS_LAMBDA_INITIALIZATION_TYPE", raising=False)

    rehearsal.on_lambda()

    assert drawn == []
