"""What can happen between two steps of the screen: steps are data, so that a history can be played again, and cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

from proof.screen_world import A_WHILE, LABELS, SIZES, ScreenWorld
from secret_links import Change, LinkFilter, LinkSet, NewExpiry, SecretLinksError, Status, StoreBusy

Step = tuple[str, int]
"""What happens, and a number by which it chooses among what it can happen to."""

KEYS = (
    *("j", "k", "j", "\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[5~", "\x1b[H", "\x1b[F", "\x04", "\x15"),
    *("jj", "jjj", "\x1b[6~\x1b[6~", "\x1b[Hj", "\x1b[Fk", "J", "JJ", "K", "\x1b[6;2~"),
    *("1", "2", "3", "4", "5", "o", "O", "\x1b", "e"),
    *(" ", " ", " j", "a", "\x1b[B ", "c", "c", "x", "x", "u", "r", "g"),
)
"""What is typed on the list, in one piece."""

SEARCHES = ("/an\r", "/zzz\r", "/a", "/bo\x1b", "/Alpha\r", "/\x7f\x7f\r")
ANSWERS = ("y", "n", "\x1b", "y", "\r", "alpha\x07", "\x07", "beta\r\x07", "\x1b")
"""What is typed into a dialog."""

WHEEL = ("\x1b[<65;9;9M", "\x1b[<64;9;9M", "\x1b[<65;9;9M\x1b[<65;9;9M\x1b[<65;9;9M")

WAITS = (0.2, 1.5, 5.0, 33.0, 65.0, 600.0)


def key(world: ScreenWorld, number: int) -> None:
    on_list = world.app.screen is world.app.links
    texts = KEYS if on_list else ANSWERS
    world.type(texts[number % len(texts)])


def search(world: ScreenWorld, number: int) -> None:
    if world.app.screen is world.app.links:
        world.type(SEARCHES[number % len(SEARCHES)])


def wheel(world: ScreenWorld, number: int) -> None:
    world.type(WHEEL[number % len(WHEEL)])


def resize(world: ScreenWorld, number: int) -> None:
    world.resize(*SIZES[number % len(SIZES)])


def read(world: ScreenWorld, number: int) -> None:
    """One reader goes one step on."""
    reader = world.schedule.readers[number % 2]
    world.schedule.rows_come_in_time = number // 2 % 3 != 0
    turns: list[Callable[[], object]] = []
    if reader.mailbox:
        turns += [reader.arrive] * 2
    if reader.is_reading:
        turns += [lambda: reader.end(breaks_off=number % 3 > 0)] * 2
    elif reader.has_jobs:
        turns += [reader.begin] * 2
    turns.append(reader.look)
    turns[number // 6 % len(turns)]()


def answer(world: ScreenWorld, number: int) -> None:
    """A reader reads, and what it has posted first arrives."""
    reader = world.schedule.readers[number % 2]
    reader.look()
    reader.begin()
    reader.end()
    reader.arrive()


def fail(world: ScreenWorld, number: int) -> None:
    """What a reader reads next cannot be read."""
    reader = world.schedule.readers[number % 2]
    if reader.is_reading or not reader.has_jobs:
        return
    world.faulted["reads"] += 1
    reader.begin(StoreBusy("Another program holds the store."))
    reader.end()


def operate(world: ScreenWorld, number: int) -> None:
    """What the host has set going is done, or its answer arrives; one time out of eight it fails."""
    if not (operations := world.loop.held.operations):
        return
    operation = operations[number % len(operations)]
    if not operation.is_done:
        fault = StoreBusy("Another program holds the store.") if number // 16 % 8 == 7 else None
        world.faulted["operations"] += fault is not None
        operation.do(fault)
        if number % 2:
            return
    operations.remove(operation)
    operation.tell()


def wait(world: ScreenWorld, number: int) -> float:
    return WAITS[number % len(WAITS)]


# Elsewhere


def redeem(world: ScreenWorld, number: int) -> None:
    if active := world.elsewhere.window(LinkFilter(status=Status.ACTIVE), count=None):
        world.store.redeem(active[number % len(active)].token, by="Cy")


def delete(world: ScreenWorld, number: int) -> None:
    if links := world.links():
        first = number // 4 % len(links)
        world.elsewhere.delete([link.id for link in links[first : first + 1 + number % 4]])


def generate(world: ScreenWorld, number: int) -> None:
    if not (types := world.elsewhere.event_types()):
        return
    expires = (None, timedelta(seconds=40), timedelta(hours=5))[number % 3]
    count = (1, 2, 9)[number // 3 % 3]
    world.elsewhere.generate(
        types[number % len(types)].id,
        count,
        labels=[LABELS[(number + each) % len(LABELS)] for each in range(count)],
        expires_at=world.clock() + expires if expires else None,
    )


def change(world: ScreenWorld, number: int) -> None:
    """Another expiry, or another label."""
    if not (links := world.elsewhere.window(LinkFilter(status=Status.ACTIVE), count=None)):
        return
    link = links[number // 4 % len(links)]
    expires = (timedelta(seconds=20 + number % 50), timedelta(hours=40), None)[number % 3]
    wanted = (
        Change(LABELS[number // 4 % len(LABELS)])
        if number % 2
        else Change(expiry=NewExpiry(world.clock() + expires if expires else None))
    )
    world.elsewhere.change(LinkSet(frozenset([link.id])), wanted)


def undo(world: ScreenWorld, number: int) -> None:
    with world.elsewhere.snapshot() as snapshot:
        last = snapshot.last_undoable()
    if last is not None and hasattr(last, "deleted_at"):
        world.elsewhere.restore(last.id)


def rename(world: ScreenWorld, number: int) -> None:
    """Event types get another order, or one goes."""
    types = world.elsewhere.event_types()
    if not types:
        return
    chosen = types[number // 4 % len(types)]
    if number % 4 == 3:
        world.elsewhere.remove_event_type(chosen.id)
    else:
        name = f"{'azkm'[number // 4 % 4]} {chosen.slug}"
        world.elsewhere.change_event_type(chosen.id, name, chosen.slug, chosen.minutes)


STEPS: dict[str, tuple[int, Callable[[ScreenWorld, int], float | None]]] = {
    "key": (30, key),
    "search": (3, search),
    "wheel": (3, wheel),
    "resize": (3, resize),
    "read": (40, read),
    "answer": (12, answer),
    "fail": (3, fail),
    "operate": (14, operate),
    "wait": (6, wait),
    "redeem": (4, redeem),
    "delete": (4, delete),
    "generate": (4, generate),
    "change": (4, change),
    "undo": (1, undo),
    "rename": (2, rename),
    "rest": (3, lambda *_: None),
}
"""What can happen, how often, and how."""


def steps_of(seed: int, length: int) -> Sequence[Step]:
    """Returns the steps of a seed."""
    random = Random(seed)
    names, weights = list(STEPS), [weight for weight, _ in STEPS.values()]
    return [(random.choices(names, weights)[0], random.randrange(1 << 16)) for _ in range(length)]


def ranges_of(seed: int, number: int) -> Sequence[Step]:
    """Returns the steps of some ranges in which others change the list, whether or not that is read before they go on.

    Among the steps of `steps_of`, two presses of J or K seldom have a change between them.
    """
    random = Random(seed)
    steps: list[Step] = [("generate", 6), ("generate", 7), ("rest", 0)]
    for _ in range(number):
        keys = [("key", KEYS.index(random.choice("jJJJKK"))) for _ in range(random.randrange(2, 5))]
        changes = [(random.choice(("generate", "delete", "change")), random.randrange(1 << 16))]
        answers = [("answer", 0)] * random.randrange(5)
        steps += [*keys[:-1], *changes, *answers, keys[-1]]
        if random.randrange(3) == 0:
            steps.append(("rest", 0))
    return steps


async def take(world: ScreenWorld, step: Step) -> None:
    """Has one step happen, with all that the screen does of itself because of it."""
    name, number = step
    world.notes.append(f"{name} {number}")
    try:
        seconds = STEPS[name][1](world, number)
    except SecretLinksError as error:
        if name not in ("redeem", "change", "generate", "delete", "undo", "rename"):
            raise
        world.notes.append(f"refused: {error}")
        seconds = None
    if name == "rest":
        await world.rest()
    else:
        await world.settle(seconds if isinstance(seconds, float) else A_WHILE)
    world.notes.append(f"    {world.look()}")
