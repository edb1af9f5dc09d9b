from bench import cost_table

OLD = "before\n\n| USD for a thousand invoices, at so many a month | 10 |\n| x | 1 |\n\nafter\n"


def test_the_page_shows_what_was_counted_last_and_keeps_what_stands_around_it(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(cost_table, "PAGE", tmp_path / "capacity.md")
    cost_table.PAGE.write_text(OLD)

    cost_table.write({"S3": 0.03, "SES": 0.2}, {1_000: 13.0, 100_000: 13.5})

    assert cost_table.PAGE.read_text().splitlines() == [
        "before",
        "",
        "| USD for a thousand invoices, at so many a month | 1,000 | 100,000 |",
        "| --- | ---: | ---: |",
        "| SES | 0.200 | 0.200 |",
        "| S3 | 0.030 | 0.030 |",
        "| what a month costs anyway | 13.000 | 0.135 |",
        "| all | 13.23 | 0.36 |",
        "",
        "after",
    ]


def test_the_page_has_a_table_to_write_over():
    assert cost_table.PAGE.read_text().count("| USD for a thousand invoices") == 1
