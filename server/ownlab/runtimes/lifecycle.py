"""The life of a runtime as a pure state machine: an event in, the new state out.

    starting --Answered--> ready --StopAsked--> stopping --Gone--> ended
        |                    |
        +--Gone/Refused------+--Gone--> failed

Numbered rules, named by the tests:
  RT1  Every runtime ends in `ended` or `failed`, and stays there.
  RT2  A runtime that its owner asked to stop ends as `ended`, however its processes went away.
  RT3  A runtime that went away unasked ends as `failed` and says why.
  RT4  An event that repeats what is known changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ownlab.base.errors import Conflict
from ownlab.runtimes.schemas import RuntimeState

FINAL = frozenset({RuntimeState.ENDED, RuntimeState.FAILED})


@dataclass(frozen=True)
class Life:
    """Where a runtime stands, and for a failure why, in a sentence for its owner."""

    state: RuntimeState
    message: str | None = None

    @property
    def is_over(self) -> bool:
        return self.state in FINAL


@dataclass(frozen=True)
class Answered:
    """Its server answered for the first time."""


@dataclass(frozen=True)
class Refused:
    """It could not be started."""

    why: str


@dataclass(frozen=True)
class StopAsked:
    """Its owner, or a limit, ends it."""


@dataclass(frozen=True)
class Gone:
    """Its processes are no more."""

    why: str


Event = Answered | Refused | StopAsked | Gone


class ImpossibleStep(Conflict):
    """An event that can not happen in this state: a defect in the caller."""

    code = "impossible_step"


def step(life: Life, event: Event) -> Life:
    """The life after event.

    Raises:
        ImpossibleStep: the event does not fit the state.
    """
    if life.is_over:
        return life
    match event:
        case Answered():
            return Life(RuntimeState.READY) if life.state is RuntimeState.STARTING else life
        case StopAsked():
            return replace(life, state=RuntimeState.STOPPING)
        case Gone(why) if life.state is RuntimeState.STOPPING:
            return Life(RuntimeState.ENDED, None if not why else life.message)
        case Gone(why):
            return Life(RuntimeState.FAILED, why)
        case Refused(why) if life.state in (RuntimeState.STARTING, RuntimeState.STOPPING):
            return Life(RuntimeState.FAILED, why)
    raise ImpossibleStep(f"A runtime that is {life.state.value} can not take {event}.")
