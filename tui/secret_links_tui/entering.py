"""Where arguments and the environment enter the program: as text in UTF-8, or not at all.

Python reads bytes that are not UTF-8 as halves of characters. Without these, `Jörg` would be another host, `Jrg`.
"""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import MutableMapping, Sequence
from contextlib import suppress

from secret_links_tui.setting_values import text_of

NUMBERS = ("COLUMNS", "LINES")
"""Variables that libraries read as numbers, whatever they are."""


GARBAGE_AFTER = (2_000, 5, 20)
"""Objects after which garbage is looked for among the new ones, and how many such searches until older ones are
searched, too.

Python's own numbers search four times as often, and a frame waits for each.
"""


def set_process_up() -> None:
    """Makes of the process what the program expects: UTF-8, three open streams, and warnings of its own only."""
    if sys.getfilesystemencoding() != "utf-8" and sys.executable:
        with suppress(OSError):  # the locale is not UTF-8: arguments and the names of files would be misread
            os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  # no shell
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed: the next file that is opened, or socket, would be taken for it
            os.open(os.devnull, os.O_RDWR)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what libraries say to programmers


def end_loading() -> None:
    """Has garbage collected from now on, if it is not yet, but never looked for among what was loaded."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*GARBAGE_AFTER)
        gc.enable()


def tidy(environ: MutableMapping[str, str]) -> None:
    """Takes empty variables for ones that are not set, and numbers that are none too: not all libraries do."""
    for name, value in list(environ.items()):
        is_number = value.isascii() and value.isdigit() and len(value) < 6 and int(value) > 0
        if not value or (name in NUMBERS and not is_number):
            del environ[name]


def checked(words: Sequence[str]) -> Sequence[str]:
    """Returns arguments as they are; BadSetting says which is not text."""
    for place, word in enumerate(words, start=1):
        text_of(word, f"The argument in place {place}")
    return words
