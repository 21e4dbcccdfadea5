"""Names that NumPy removed, given back to the notebooks that were written before.

Most notebooks that teach were written when `np.int` was an alias of `int`. NumPy 1.24 and 2.0 took such names away, and
the notebooks fail at their first lines. Here NumPy answers for them again, with a warning that says what to write.

Source: NumPy 1.20 release notes (deprecated aliases), NumPy 2.0 migration guide (removed members).
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import warnings
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

_BUILTINS = {"int": "int", "float": "float", "bool": "bool", "complex": "complex", "object": "object", "str": "str"}

_RENAMED = {
    "float_": "float64",
    "complex_": "complex128",
    "unicode_": "str_",
    "string_": "bytes_",
    "NaN": "nan",
    "Inf": "inf",
    "infty": "inf",
    "Infinity": "inf",
    "PINF": "inf",
    "alltrue": "all",
    "sometrue": "any",
    "product": "prod",
    "cumproduct": "cumprod",
    "row_stack": "vstack",
    "in1d": "isin",
    "trapz": "trapezoid",
}


class _NumpyFinder(importlib.abc.MetaPathFinder):
    """Finds NumPy as the others do, once, and has its names given back when it is loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != "numpy":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _ThenGiveBack(spec.loader)
        return spec


class _ThenGiveBack(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        give_back(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


def install() -> None:
    """Have the names given back as soon as NumPy is imported in this process. Costs nothing until then."""
    if "numpy" in sys.modules:
        give_back(sys.modules["numpy"])
    else:
        sys.meta_path.insert(0, _NumpyFinder())


def give_back(numpy: ModuleType) -> None:
    """Make this module answer for the names that it removed; what it still has stays as it is."""
    own: Callable[[str], Any] = numpy.__dict__["__getattr__"]

    def answer(name: str) -> Any:
        if name in _BUILTINS:
            found, instead = getattr(builtins, _BUILTINS[name]), _BUILTINS[name]
        elif name in _RENAMED and _RENAMED[name] in numpy.__dict__:
            found, instead = numpy.__dict__[_RENAMED[name]], f"np.{_RENAMED[name]}"
        else:
            return own(name)
        warnings.warn(f"NumPy removed np.{name}: write {instead}.", DeprecationWarning, stacklevel=2)
        return found

    numpy.__dict__["__getattr__"] = answer
