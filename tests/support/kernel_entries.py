"""Entries of a kernel's log, short to write."""

from __future__ import annotations

from typing import Any

_RUN = "run-under-test"


def entry(kind: str, content: dict[str, Any], *, n: int = 0) -> dict[str, Any]:
    return {"n": n, "run": _RUN, "type": kind, "content": content, "metadata": {}}


def stream(text: str, name: str = "stdout", *, n: int = 0) -> dict[str, Any]:
    return entry("stream", {"name": name, "text": text}, n=n)


def display(data: dict[str, Any], display_id: str | None = None, *, n: int = 0) -> dict[str, Any]:
    transient = {} if display_id is None else {"display_id": display_id}
    return entry("display_data", {"data": data, "metadata": {}, "transient": transient}, n=n)


def update(data: dict[str, Any], display_id: str, *, n: int = 0) -> dict[str, Any]:
    transient = {"display_id": display_id}
    return entry("update_display_data", {"data": data, "metadata": {}, "transient": transient}, n=n)


def result(text: str, count: int, *, n: int = 0) -> dict[str, Any]:
    content = {"data": {"text/plain": text}, "metadata": {}, "execution_count": count}
    return entry("execute_result", content, n=n)


def error(name: str = "ValueError", *, n: int = 0) -> dict[str, Any]:
    return entry("error", {"ename": name, "evalue": "no", "traceback": ["a", "b"]}, n=n)


def clear(*, wait: bool = False, n: int = 0) -> dict[str, Any]:
    return entry("clear_output", {"wait": wait}, n=n)
