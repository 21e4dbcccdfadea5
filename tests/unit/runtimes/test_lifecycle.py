"""The rules of runtimes/lifecycle.py, by number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownlab.runtimes.lifecycle import Answered, Event, Gone, ImpossibleStep, Life, Refused, StopAsked, step
from ownlab.runtimes.schemas import RuntimeState

EVENTS = [Answered(), Refused("no room"), StopAsked(), Gone("killed by the kernel")]

STARTING = Life(RuntimeState.STARTING)
READY = Life(RuntimeState.READY)
STOPPING = Life(RuntimeState.STOPPING)


def test_a_runtime_that_answers_is_ready() -> None:
    assert step(STARTING, Answered()) == READY


@given(st.sampled_from([RuntimeState.ENDED, RuntimeState.FAILED]), st.sampled_from(EVENTS))
def test_rt1_what_is_over_stays_over(state: RuntimeState, event: Event) -> None:
    assert step(Life(state, "why"), event) == Life(state, "why")


def test_rt2_a_stopped_runtime_ends_as_ended_however_it_went() -> None:
    asked = step(READY, StopAsked())
    assert asked == STOPPING
    assert step(asked, Gone("killed")).state is RuntimeState.ENDED
    assert step(asked, Gone("")) == Life(RuntimeState.ENDED)


@pytest.mark.parametrize("life", [STARTING, READY])
def test_rt3_a_runtime_that_went_away_unasked_says_why(life: Life) -> None:
    assert step(life, Gone("Out of memory.")) == Life(RuntimeState.FAILED, "Out of memory.")


def test_rt3_a_refused_start_says_why() -> None:
    assert step(STARTING, Refused("The disk is full.")) == Life(RuntimeState.FAILED, "The disk is full.")


@pytest.mark.parametrize(("life", "event"), [(READY, Answered()), (STOPPING, StopAsked()), (STOPPING, Answered())])
def test_rt4_a_repeated_event_changes_nothing(life: Life, event: Event) -> None:
    assert step(life, event) == life


def test_a_running_runtime_can_not_be_refused() -> None:
    with pytest.raises(ImpossibleStep):
        step(READY, Refused("late"))


@given(st.lists(st.sampled_from(EVENTS)))
def test_rt1_nothing_follows_the_end(events: list[Event]) -> None:
    life, ends = STARTING, set()
    for event in events:
        try:
            life = step(life, event)
        except ImpossibleStep:
            continue
        if life.is_over:
            ends.add(life)
    assert len(ends) <= 1
