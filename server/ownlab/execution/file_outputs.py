"""The outputs of runs in the form of the `.ipynb`, computed once for each run that is over."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from ownlab.execution.blobs import Blobs
from ownlab.execution.nbformat_outputs import saved_outputs, to_nbformat
from ownlab.execution.run_output import RunOutput

_REMEMBERED_BYTES = 64 * 2**20


class FileOutputs:
    """Remembers up to 64 MiB of what it computed. Blocks; used by one thread at a time."""

    def __init__(self, blobs: Blobs, limit: int) -> None:
        self._blobs = blobs
        self._limit = limit
        self._remembered: OrderedDict[str, tuple[int, list[Any]]] = OrderedDict()
        self._size = 0

    def of(self, output: RunOutput) -> list[Any]:
        """The outputs of a run. One under way is given as far as it is at hand; it is saved whole at its end."""
        if output.run.is_under_way:
            return to_nbformat(output.outputs(), blobs=self._blobs, limit=self._limit)
        found = self._remembered.get(output.run.id)
        if found is not None:
            self._remembered.move_to_end(output.run.id)
            return found[1]
        outputs = saved_outputs(output.log, limit=self._limit)
        size = output.log.size()
        if size <= _REMEMBERED_BYTES:
            self._remembered[output.run.id] = size, outputs
            self._size += size
            while self._size > _REMEMBERED_BYTES:
                _, (forgotten, _) = self._remembered.popitem(last=False)
                self._size -= forgotten
        return outputs

    def forget(self, run: str) -> None:
        """What this run printed has changed."""
        found = self._remembered.pop(run, None)
        if found is not None:
            self._size -= found[0]
