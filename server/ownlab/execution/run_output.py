"""What one run printed, as far as it is known: its log on disk, and the outputs that pages are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ownlab.execution.bundles import PutBlob, clean_text
from ownlab.execution.displays import DisplayIndex
from ownlab.execution.messages import InputWanted
from ownlab.execution.model import Run, state_after_reply
from ownlab.execution.outputs import OutputLog
from ownlab.execution.reducer import Entry, Reducer
from ownlab.execution.schemas import Output, OutputOp, RunState

_INPUT_ANSWERED = "input_reply"
_DOTS = "········"
_PROMPT_LIMIT = 64 * 1024
_HIGHEST_COUNT = 2**53


class RunOutput:
    """A run, its log and its outputs. Made from the log, it knows what it knew before a crash."""

    def __init__(self, run: Run, log: OutputLog, displays: DisplayIndex, put_blob: PutBlob) -> None:
        self.run = run
        self.log = log
        self.execution_count = run.execution_count
        self.input_wanted: InputWanted | None = None
        self._reducer = Reducer(run.id, displays=displays, put_blob=put_blob)
        self._reply: RunState | None = None
        self._is_idle = False

    def replay(self) -> None:
        """Take everything that the log holds. Blocks."""
        for entry in self.log.entries(until=self.log.size()):
            self.apply(entry)
        self._reducer.drain()

    @property
    def end(self) -> RunState | None:
        """What became of the run, once its reply and its idle status are both there."""
        return self._reply if self._is_idle else None

    @property
    def is_dirty(self) -> bool:
        """Whether changes are held back that `drain` will give."""
        return self._reducer.is_dirty

    @property
    def is_whole(self) -> bool:
        """Whether the outputs at hand leave nothing out."""
        return not any(
            output.type == "truncated" or (output.type == "stream" and output.hidden_bytes > 0)
            for output in self._reducer.snapshot()
        )

    def apply(self, entry: Entry) -> tuple[str, ...]:
        """Take an entry that is on disk. Returns the other runs whose displays it updates."""
        content = entry["content"]
        match entry["type"]:
            case "execute_input":
                self._count(content)
            case "execute_reply":
                self._reply = state_after_reply(content.get("status", "error"), content.get("ename", ""))
                self._count(content)
            case "status":
                self._is_idle |= content.get("execution_state") == "idle"
            case "input_request":
                prompt = clean_text(str(content.get("prompt", ""))[:_PROMPT_LIMIT])
                password = bool(content.get("password"))
                self.input_wanted = InputWanted(cell=self.run.cell, run=self.run.id, prompt=prompt, password=password)
            case "input_reply":
                self.input_wanted = None
            case _:
                return self._reducer.apply(entry)
        return ()

    def _count(self, content: Mapping[str, Any]) -> None:
        """Take note of the execution count, if it is one: a kernel may say anything."""
        count = content.get("execution_count")
        if type(count) is int and 0 <= count <= _HIGHEST_COUNT:
            self.execution_count = count

    def input_answered(self, value: str) -> None:
        """Keep the line that somebody typed, as a terminal shows it; a password as dots."""
        wanted = self.input_wanted
        self.input_given_up()
        if wanted is not None:
            text = f"{wanted.prompt}{_DOTS if wanted.password else value}\n"
            entry = {"run": self.run.id, "type": "stream", "content": {"name": "stdout", "text": text}}
            self.log.append_unnumbered(entry)
            self._reducer.apply(entry)

    def input_given_up(self) -> None:
        """Note that the run waits for input no longer."""
        self.input_wanted = None
        self.log.append_unnumbered({"run": self.run.id, "type": _INPUT_ANSWERED, "content": {}})

    def clear(self) -> None:
        """Forget the outputs so far, of a run that goes on."""
        entry = {"n": 0, "run": self.run.id, "type": "clear_output", "content": {"wait": False}}
        self.log.append_unnumbered(entry)
        self._reducer.apply(entry)

    def outputs(self) -> list[Output]:
        """The outputs as pages are shown them."""
        return self._reducer.snapshot()

    def drain(self, *, long_tails: bool = True) -> list[OutputOp]:
        """What changed since the last time."""
        return self._reducer.drain(long_tails=long_tails)


def runs_in(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by the run that they belong to, in the order of their numbers; those of no run are left out."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        run = entry["run"]
        if run is not None:
            found.setdefault(run, []).append(entry)
    return found
