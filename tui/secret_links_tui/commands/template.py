"""template: the host's own message, which the screen copies and --format message writes."""

from __future__ import annotations

from dataclasses import dataclass

from secret_links import InvalidInput
from secret_links_tui import templates
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE
from secret_links_tui.preferences import Preferences, message_of
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.text_files import TextTooLong


@dataclass(frozen=True, slots=True)
class ChangeTemplate(Command):
    """Gives the template; keeps another one, if there is one."""

    text: str | None
    default: bool

    def run(self, context: Context) -> int:
        """Keeps it, or refuses a field that there is not; gives the one that holds."""
        if self.default and self.text is not None:
            raise InvalidInput("format", "Give either a message or --default.")
        if self.text is not None:
            wanted = templates.checked(self._read(self.text, context))
            context.host.prefer({"message": message_of(wanted.text)})
        elif self.default:
            context.host.prefer({"message": ""})
        held = Preferences.read(context.host.preferences()).template
        context.out.writelines(f"{visible(line)}\n" for line in held.text.split("\n"))
        return DONE

    @staticmethod
    def _read(text: str, context: Context) -> str:
        if text != "-":
            return text.replace("\\n", "\n")
        try:
            return context.read_text(text, 4 * templates.LONGEST)
        except TextTooLong as error:
            raise InvalidInput("format", f"A message can have at most {templates.LONGEST:,} characters.") from error


def add_to(verbs: Verbs) -> None:
    """Adds the verb."""
    template = add_verb(
        verbs,
        "template",
        ChangeTemplate,
        "give your message, or keep another one, for M on the screen and --format message",
        f'template "{templates.DEFAULT}"',
    )
    fields = ", ".join(f"{{{name}}}" for name in templates.FIELDS)
    template.add_argument(
        "text",
        metavar="TEXT",
        nargs="?",
        help=rf"the message, with {fields}; \n for a line break, - for standard input",
    )
    template.add_argument("--default", action="store_true", help="go back to the usual message")
