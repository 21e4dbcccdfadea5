"""Which runs of a notebook show which display ids, so that `update_display` reaches earlier cells."""

from __future__ import annotations

from collections import defaultdict


class DisplayIndex:
    """One for each notebook, shared by the reducers of its runs. Forget everything when the kernel goes away."""

    def __init__(self) -> None:
        self._runs: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._ids: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, display_id: str, run: str) -> None:
        self._runs[display_id][run] = None
        self._ids[run].add(display_id)

    def runs(self, display_id: str) -> tuple[str, ...]:
        """The runs that show this display id, in the order in which they first did."""
        return tuple(self._runs.get(display_id, ()))

    def forget(self, run: str) -> None:
        """The outputs of this run are gone."""
        for display_id in self._ids.pop(run, ()):
            runs = self._runs[display_id]
            runs.pop(run, None)
            if not runs:
                del self._runs[display_id]

    def clear(self) -> None:
        self._runs.clear()
        self._ids.clear()
