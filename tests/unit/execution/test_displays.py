"""Which runs show which display ids."""

from __future__ import annotations

from ownlab.execution.displays import DisplayIndex


def test_the_runs_of_a_display_are_known_in_order() -> None:
    index = DisplayIndex()
    for run in ["b", "a", "b"]:
        index.add("d", run)
    assert index.runs("d") == ("b", "a")
    assert index.runs("other") == ()


def test_a_forgotten_run_shows_nothing() -> None:
    index = DisplayIndex()
    index.add("d", "a")
    index.add("e", "a")
    index.add("d", "b")
    index.forget("a")
    index.forget("unknown")
    assert index.runs("d") == ("b",)
    assert index.runs("e") == ()


def test_everything_can_be_forgotten() -> None:
    index = DisplayIndex()
    index.add("d", "a")
    index.clear()
    index.forget("a")
    assert index.runs("d") == ()
