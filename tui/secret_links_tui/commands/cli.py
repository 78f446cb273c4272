"""Running a command: with its store open, and every refusal as a sentence and an exit code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from secret_links import InvalidInput, SecretLinksError, StoreError
from secret_links_tui.commands.exit_codes import REFUSED, UNANSWERED, WRONG_USAGE
from secret_links_tui.entering import end_loading
from secret_links_tui.opening import open_store
from secret_links_tui.preferences import Preferences
from secret_links_tui.settings import BadSetting, LazySettings
from secret_links_tui.streams import OutputLost
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links_tui.commands.command import Command


def run_command(
    command: Command, settings: LazySettings, read: TextIO, out: TextIO, err: TextIO, *, served: bool = False
) -> int:
    """Runs a command; its output goes to `out`, what it says to people to `err`. Returns the exit code."""
    try:
        return _run(command, settings, read, out, err, served=served)
    except SecretLinksError as error:
        sentence = _without_places(str(error), settings) if served else str(error)
        err.write(f"secret-links: {visible(sentence)}\n")
        if isinstance(error, InvalidInput):
            return WRONG_USAGE
        return UNANSWERED if isinstance(error, StoreError) and command.is_answer else REFUSED
    except (OutputLost, BadSetting):
        raise
    except Exception as error:  # noqa: BLE001  # a fault of the program's own, of which a log says more
        from secret_links_tui.terminal.exits import crash_sentence, log_crash  # noqa: PLC0415

        log = log_crash(error)
        err.write(f"{visible(_crashed(error) if served else crash_sentence(error, log))}\n")
        return UNANSWERED if command.is_answer else REFUSED


def _run(command: Command, settings: LazySettings, read: TextIO, out: TextIO, err: TextIO, *, served: bool) -> int:
    from secret_links_tui.commands.context import Context  # noqa: PLC0415  # the screen comes this way too

    settings.check_options()
    if not command.needs_store:
        end_loading()
        return command.run(Context(settings, None, read, out, err))
    if command.gives_urls:
        _ = settings.base_url
    with open_store(settings, make=not command.is_answer, limited=command.generates) as store:
        if not served:
            cautions = [caution] if (caution := store.caution()) else []
            err.writelines(f"secret-links: {visible(note)}\n" for note in (*cautions, *store.notes))

        def preferred_zone() -> str:
            return Preferences.read(store.as_host(settings.host).preferences()).time_zone

        if not command.generates:  # which leaves little garbage, at most 10,000 links at a time
            end_loading()
        return command.run(Context(settings.preferring(preferred_zone), store, read, out, err, served=served))


def _crashed(error: Exception) -> str:
    """Says the same as `crash_sentence` to who asks from afar: where the log is, is the server's business."""
    return f"secret-links crashed ({type(error).__name__}); the server's administrator finds a report of it."


def _without_places(sentence: str, settings: LazySettings) -> str:
    """Says the same without where the store is: that is the server's business."""
    if "://" in settings.store:
        return re.sub(r"postgres(ql)?://\S+", "the store", sentence)
    return sentence.replace(settings.store, "the store")
