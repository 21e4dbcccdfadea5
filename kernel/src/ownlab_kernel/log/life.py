"""One process of the kernel: what it is asked, and what it says as entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_client.manager import KernelManager

from ownlab_kernel.log.channel import Frames
from ownlab_kernel.log.entries import Decoder, Entry
from ownlab_kernel.log.journal import Journal
from ownlab_kernel.log.requests import Input, Run
from ownlab_kernel.log.subscription import Subscription

OnState = Callable[[str, str | None], None]


class Life:
    """Runs asked for before the kernel can be heard wait here, so that none of their output is missed."""

    def __init__(self, kernel: KernelManager, journal: Journal, on_state: OnState) -> None:
        self._journal = journal
        self._on_state = on_state
        self._decoder = Decoder()
        self._unsent: list[dict[str, Any]] = []
        self._asking: dict[str | None, dict[str, Any]] = {}
        self._subscription = Subscription(kernel, self._on_message, lambda: journal.is_full)
        self.drain = self._subscription.drain
        self.close = self._subscription.close

    def execute(self, run: Run) -> None:
        """Ask the kernel to run this code; the id of the message is the id of the run."""
        content = {
            "code": run.code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": run.allow_stdin,
            "stop_on_error": run.stop_on_error,
        }
        message = self._subscription.session.msg("execute_request", content)
        message["header"]["msg_id"] = message["msg_id"] = run.run
        self._unsent.append(message)
        if self._subscription.connected.is_set():
            self._send_all()

    def answer(self, given: Input) -> bool:
        """Give a run the line it waits for; False when it waits for none."""
        asked = self._asking.pop(given.run, None)
        if asked is None:
            return False
        content = {"value": given.value, "status": "ok"}
        message = self._subscription.session.msg("input_reply", content)
        message["parent_header"] = asked
        self._subscription.send("stdin", message)
        return True

    def _send_all(self) -> None:
        for message in self._unsent:
            self._subscription.send("shell", message)
        self._unsent.clear()

    def _on_message(self, channel: str, frames: Frames) -> None:
        entry = self._decoder.decode(frames)
        if channel == "iopub":
            if self._unsent:
                self._send_all()
            if entry.state is not None:
                self._on_state(entry.state, self._decoder.request.get("msg_type"))
        if self._belongs(channel, entry):
            self._journal.add(entry)

    def _belongs(self, channel: str, entry: Entry) -> bool:
        match channel, entry.type:
            case "iopub", kind:
                return kind != "iopub_welcome"
            case "shell", "execute_reply":
                self._asking.pop(entry.run, None)
                return True
            case "stdin", "input_request":
                self._asking[entry.run] = self._decoder.request
                return True
        return False
