"""What a bundle needs of memory does not hang on how many documents there are.

The standard library's ZIP files alone would need 4 MB more for the 8,000 files of these books when
they are written, and 5 MB when they are read.
"""

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


def test_two_thousand_documents_need_no_more_than_a_list_of_a_thousand(tmp_path):
    file = tmp_path / "books.zip"

    written = peak(lambda: write(2000, file))
    with file.open("rb") as bundle:
        checked = peak(lambda: verify.verify(bundle))

    assert written < 5_000_000
    assert checked < 2_500_000
