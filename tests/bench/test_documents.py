"""The bench of documents: fair to all, and open about what it could not have."""

from bench import documents
from bench.renderers import content, processes
from bench.renderers.processes import Took


def took(cpu_ms, wall_ms=100.0):
    return Took(cpu_ms, wall_ms, bytes=1, now_mb=1, peak_mb=1, child_mb=1)


def test_every_invoice_of_a_run_is_another_one(tmp_path):
    files = content.several(10, 3, tmp_path)

    assert len({file.read_text() for file in files}) == 3
    assert all('"FA-2026-00000' in file.read_text() for file in files)


def test_others_get_the_words_and_sums_that_we_print():
    issued = content.invoice(10, 0)

    told = content._words(issued)  # noqa: SLF001  what the file holds
    html, xml = content._ours(issued)  # noqa: SLF001

    assert len(told["lines"]) == html.count("REF-") == 10
    assert told["sums"][-1][1].replace("\xa0", " ") in html.replace("\xa0", " ")
    assert told["number"] in html
    assert told["number"] in xml


def test_a_ratio_is_that_of_the_same_round():
    ours, theirs = [took(50), took(500), took(60)], [took(100), took(1000), took(100)]

    assert documents._ratio(ours, theirs, "cpu_ms") == 0.5  # noqa: SLF001


def test_who_is_not_here_is_told_as_absent(monkeypatch):
    monkeypatch.setattr(processes.programs, "wkhtmltopdf", lambda: None)

    assert not processes.present("wkhtmltopdf")
    [wall, cpu] = documents._time(10, "wkhtmltopdf", None)  # noqa: SLF001
    assert (wall.value, cpu.value) == (None, None)


def test_a_goal_that_could_not_be_measured_is_missed():
    [*_, by_chromium] = documents._ratios(10, {"ours": [took(1)], "plain": [took(2)]})  # noqa: SLF001

    assert (by_chromium.name, by_chromium.holds) == ("pdf_10_lines_vs_chromium", False)


def test_a_renderer_in_its_own_process_tells_what_its_pdf_took(tmp_path):
    [file] = content.several(1, 1, tmp_path)

    with processes.running("ours") as asked:
        one = asked.render(file, keep=tmp_path / "one.pdf")

    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert one.bytes == (tmp_path / "one.pdf").stat().st_size
    assert 0 < one.now_mb <= one.peak_mb < 400
    assert one.cpu_ms > 10
