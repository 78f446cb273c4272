"""Keys in every form of kitty's protocol, as Textual gets them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from secret_links_tui.terminal.input_messages import InputMessages, TerminalSaid
from secret_links_tui.terminal.input_tokens import InputTokenizer
from secret_links_tui.terminal.placed_key import PlacedKey


def messages_of(sent: bytes) -> list[Message]:
    messages = InputMessages()
    return [message for token in InputTokenizer().feed(sent) for message in messages.of(token)]


def typed(sent: bytes) -> list[str]:
    """What was typed: keys by their names, texts in quotes."""
    return [
        f'"{message.text}"' if isinstance(message, events.Paste) else message.key
        for message in messages_of(sent)
        if isinstance(message, events.Paste | events.Key)
    ]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        (b"\x1b[97u", ["a"]),
        (b"\x1b[97;1u", ["a"]),
        (b"\x1b[97;1:1u", ["a"]),
        (b"\x1b[97;1:2u", ["a"]),  # held down
        (b"\x1b[97;1:3u", []),  # released
        (b"\x1b[97:65;2u", ["A"]),
        (b"\x1b[97;2u", ["A"]),
        (b"\x1b[97:65:113;2:1;65u", ["A"]),
        (b"\x1b[97;65u", ["a"]),  # caps lock, with no word of the text
        (b"\x1b[97;5u", ["ctrl+a"]),
        (b"\x1b[97;133u", ["ctrl+a"]),  # with num lock
        (b"\x1b[27;5;97~", ["ctrl+a"]),  # as xterm says it
        (b"\x1b[27u", ["escape"]),
        (b"\x1b[27;1:3u", []),
        (b"\x1b[13;5u", ["ctrl+enter"]),
        (b"\x1b[1;1:1A", ["up"]),
        (b"\x1b[1;1:3A", []),
        (b"\x1b[1;2B", ["shift+down"]),
        (b"\x1b[3;1:2~", ["delete"]),
        (b"\x1b[3~", ["delete"]),
        (b"\x1b[1103;5u", ["ctrl+я"]),
        (b"\x1b[113~", []),
        (b"\x1b[113A", []),
        (b"\x1b[1103;1;1103u", ["я"]),
        (b"\x1b[57441;2u", []),  # Shift alone
        (b"\x1b[1089::99;5u", ["ctrl+c"]),  # the Cyrillic letter at the place of C
        (b"\x1b[963::115;3u", ["alt+s"]),
        (b"\x1b[47u", ["slash"]),
        (b"\x1b[0;;233u", ["é"]),  # after a dead key
        (b"\x1b[0;;20320:22909:24352:19977:26446u", ['"你好张三李"']),
        (b"\x1b[0;;113:117:105:116u", ['"quit"']),
        (b"\x1b[0;;1:2:3u", []),
        (b"\x1b[17u", []),  # no key has this code
        (b"\x1b[99999999u", []),
        (b"\x1b[1114112u", []),
        (b"\x1b[55296u", []),
        (b"\x1b[97;1;97;97u", []),
        (b"\x1b[;;u", []),
        (b"\x1b[::;::;::u", []),
        (b"\x1b[1;2R", []),  # where the cursor is
        (b"\n", ["enter"]),
        ("👩\u200d💻".encode(), ["woman", '"\u200d"', "personal_computer"]),
        (b"\xc2\x9b", []),
    ],
)
def test_a_report_is_the_key_that_was_pressed(sent: bytes, keys: list[str]) -> None:
    assert typed(sent) == keys


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x9FFF, categories=["Lo"]), min_size=2, max_size=40))
def test_what_an_input_method_commits_arrives_whole_and_is_no_key(name: str) -> None:
    report = f"\x1b[0;;{':'.join(str(ord(character)) for character in name)}u"
    assert typed(report.encode()) == [f'"{name}"']
    assert typed(name.encode()) == list(name)


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (b"\x1b[1089::99;1;1089u", "c"),
        (b"\x1b[1089:1057:99;2;1057u", "C"),
        (b"\x1b[1089::99u", "c"),
        (b"\x1b[1089:1057:99;2u", "C"),
        (b"\x1b[1089::99;65;1057u", "C"),  # with caps lock
        (b"\x1b[960::112;1;960u", "p"),  # Greek
        (b"\x1b[1502::110;1;1502u", "n"),  # Hebrew
        (b"\x1b[1502::110;2;1502u", "N"),
        (b"\x1b[12622::97;1;12609u", ""),  # another letter than the key's: an input method's
        (b"\x1b[0::99;1;20320u", ""),
        (b"\x1b[1089::99;1;1089:1090u", ""),  # a text
        (b"\x1b[97::113;1;97u", ""),  # AZERTY, where the letter counts
        (b"\x1b[246::59;1;246u", ""),
        (b"\x1b[1078::59;1;1078u", ""),  # no letter stands there
        (b"\x1b[1089::1;1;1089u", ""),
    ],
)
def test_a_letter_of_another_script_has_a_place(sent: bytes, place: str) -> None:
    (message,) = messages_of(sent)
    assert isinstance(message, PlacedKey) is bool(place)
    if isinstance(message, PlacedKey):
        assert (message.place, message.among(()).key) == (place, place)
        assert message.among({message.key}).key == message.key
        assert message.among(()).character == message.character != place


@given(st.text("0123456789:;", max_size=40), st.sampled_from("u~ABCDEFHPQRS"))
def test_no_report_raises_whatever_its_numbers(numbers: str, end: str) -> None:
    for message in messages_of(f"\x1b[{numbers}{end}".encode()):
        assert isinstance(message, events.Key | events.Paste)


@given(st.text("0123456789;-", max_size=40), st.sampled_from("mM"))
def test_no_mouse_report_types_anything_whatever_its_numbers(numbers: str, end: str) -> None:
    assert typed(f"\x1b[<{numbers}{end}".encode()) == []


@pytest.mark.parametrize(
    "sent", [b"\x1b[?62;52c", b"\x1b[>84;0;0c", b"\x1bP>|tmux 3.5a\x1b\\", b"\x1b]11;rgb:0000/0000/0000\x1b\\"]
)
def test_what_the_terminal_says_it_is_is_no_key(sent: bytes) -> None:
    (said,) = messages_of(sent)
    assert isinstance(said, TerminalSaid)
    assert said.answer.encode() == sent


@pytest.mark.parametrize(
    "sent",
    [
        b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
        b"\x1b]11;?\x1b\\",
        b"\x1b]52;c;cXVpdA==\x07",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1bP1+r4d73=5c\x1b\\",
        b"\x1b[?2048;2$y",
        b"\x1b[48;24;80;480;800t",
        b"\x1b[?997;3n",
        b"\x1b[8;24;80t",
        b"\x1b[?1u",
    ],
)
def test_reports_that_nobody_waits_for_are_swallowed(sent: bytes) -> None:
    assert messages_of(sent) == []
