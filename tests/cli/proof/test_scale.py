"""What a bundle needs of memory does not hang on how many documents there are."""

import tracemalloc

from cli.proof import verify
from tests.cli.proof.scale import write


def peak(work):
    """Give the most memory that something had at once, in bytes."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def check(file):
    with file.open("rb") as bundle:
        assert not verify.verify(bundle).findings.count


def test_neither_writer_nor_verifier_grows_with_the_books(tmp_path):
    few, many = tmp_path / "few.zip", tmp_path / "many.zip"

    written = [peak(lambda: write(2000, few)), peak(lambda: write(3000, many))]
    verified = [peak(lambda: check(few)), peak(lambda: check(many))]

    assert written[1] < written[0] * 1.05
    assert verified[1] < verified[0] * 1.05
    assert max(verified) < 4_000_000
