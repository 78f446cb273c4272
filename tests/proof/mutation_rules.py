"""The files that hold the rules, and the tests that each of them is tried with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A file of the store, and its own tests."""

    name: str
    """The module in `secret_links`."""
    tests: Sequence[str]
    """Those on SQLite, and those that need no store: `redeeming` for `test_redeeming.py`, or one test of a file."""
    on_server: Sequence[str] = ()
    """Those that run on PostgreSQL, for mutants that the others let pass."""


_REDEEMED_MEANWHILE = "races_and_crashes::test_a_link_that_is_being_redeemed_is_not_deleted_as_active"
_STAYING = "odd_rows::test_a_link_that_cannot_be_deleted_stays_and_is_reported_and_others_go"
_UNDONE_IN_PART = "odd_rows::test_a_deletion_that_cannot_be_undone_as_a_whole_is_undone_in_part"
_ALL_COUNTED = "odd_rows::test_links_of_several_slices_that_cannot_be_restored_are_all_counted"
_CUT_SHORT = "errors::test_what_is_cut_short_says_how_much_is_done_and_what_was_not_begun_is_refused_as_it_is"
_WRONG_ARGUMENTS = "arguments::test_generating_refuses_wrong_arguments"
_MADE_ONCE = "server_faults::test_links_whose_commit_is_cut_off_are_made_once"
_REISSUED = (
    "booking::test_a_reissued_link_and_the_one_that_it_replaces_refer_to_each_other",
    "booking::test_no_link_replaces_another_hosts",
)
_TOLD = "following::test_a_change_is_noticed_by_a_watch_before_it_is_told"
_QUICK = "query_plans::test_a_list_is_read_at_its_ends_and_in_its_middle_without_passing_over_other_links"
_UNREADABLE = "odd_rows::test_a_page_spends_no_link_whose_expiry_cannot_be_read"

RULES = (
    Rule("expiry", ("expiry",)),
    Rule("text", ("text",)),
    Rule("tokens", ("tokens", "pasted")),
    Rule("lists.conditions", ("conditions", "redeeming", _QUICK, "listing"), ("conditions",)),
    Rule(
        "redeeming",
        ("redeeming", "page_transactions", "booking", "asking_again", _UNREADABLE),
        ("redeeming", "page_transactions", "booking", _UNREADABLE, "server_clock", "rights"),
    ),
    Rule("booking", ("page_transactions", "booking", "redeeming"), ("page_transactions", "booking")),
    Rule(
        "generating",
        ("generating", "most_links", "labels_taken", "notes", "asking_again", *_REISSUED, _TOLD, _WRONG_ARGUMENTS),
        ("generating", "most_links", _MADE_ONCE),
    ),
    Rule("event_types", ("event_types", "deleting")),
    Rule(
        "deleting", ("deleting", "event_types", "last_slices", _STAYING, _CUT_SHORT), ("deleting", _REDEEMED_MEANWHILE)
    ),
    Rule("restoring", ("deleting", "event_types", "last_slices", _UNDONE_IN_PART, _ALL_COUNTED), ("deleting",)),
    Rule("changing", ("changing", "changing_many", "notes", "last_slices"), ("changing",)),
    Rule("taking_back", ("changing", "changing_many", "notes", "last_slices")),
    Rule("new_values", ("new_values", "changing", "reissuing")),
    Rule("sqlite.file_check", ("file_check",)),
    Rule("sqlite.header", ("header", "file_check", "first_look")),
    Rule("whole.copying", ("copying",), ("copying",)),
    Rule("postgres.rights", ("rights",), ("rights",)),
)
"""In the order in which they are tried: the quickest first."""


def place_of(tests: str) -> str:
    """Returns where tests of the table are, as pytest names it."""
    file, colons, test = tests.partition("::")
    return f"tests/store/test_{file}.py{colons}{test}"
