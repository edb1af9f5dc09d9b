import pytest
from pydantic import TypeAdapter, ValidationError

from invoicing.texts import Message, Prose, Text

KINDS = [TypeAdapter(kind) for kind in (Text, Prose, Message)]
BREAKS = ["\n", "\r", "\t", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\u202e", "\u2066", "\ud800", "\ufffe"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_no_document_can_show_is_refused(kind, sign):
    with pytest.raises(ValidationError):
        kind.validate_python(f"a{sign}b")


@pytest.mark.parametrize("sign", BREAKS)
def test_a_name_stands_on_one_line_and_a_message_on_several(sign):
    one_line, *several = KINDS
    for kind in several:
        assert kind.validate_python(f"a{sign}b") == f"a{sign}b"

    with pytest.raises(ValidationError, match="line break"):
        one_line.validate_python(f"a{sign}b")
