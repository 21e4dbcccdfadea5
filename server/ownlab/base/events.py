"""What a domain tells those above it without knowing them."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

log = logging.getLogger(__name__)

Event = TypeVar("Event")


class Events:
    """Delivers an event to every handler of its class, in the order in which they were added."""

    def __init__(self) -> None:
        self._handlers: dict[type[Any], list[Callable[[Any], Awaitable[None]]]] = defaultdict(list)

    def on(self, kind: type[Event], handler: Callable[[Event], Awaitable[None]]) -> None:
        """Call handler for every event of this class from now on."""
        self._handlers[kind].append(handler)

    async def emit(self, event: object) -> None:
        """Hand event to its handlers. One that fails is logged and does not stop the others."""
        for handler in self._handlers[type(event)]:
            try:
                await handler(event)
            except Exception:
                log.exception("a handler of %s failed", type(event).__name__)
