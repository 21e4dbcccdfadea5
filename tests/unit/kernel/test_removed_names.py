"""Notebooks from before NumPy 1.24 and 2.0 run as they are."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh Python in which the names are given back."""
    given_back = "from ownlab_kernel import removed_names; removed_names.install()\nimport numpy as np\n"
    return subprocess.run([sys.executable, "-c", given_back + code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("np.int", "int"),
        ("np.float", "float"),
        ("np.object", "object"),
        ("np.float_", "np.float64"),
        ("np.Inf", "np.inf"),
    ],
)
def test_a_removed_name_means_what_it_meant(old: str, new: str) -> None:
    ran = run(f"print({old} is {new})")
    assert ran.stdout == "True\n", ran.stderr
    assert f"NumPy removed {old}: write {new}." in ran.stderr


def test_the_classic_line_of_old_notebooks_runs() -> None:
    assert run("print(np.array([1.5, 2.5]).astype(np.int))").stdout == "[1 2]\n"


def test_names_that_numpy_never_had_are_still_missing() -> None:
    assert "has no attribute 'nonsense'" in run("np.nonsense").stderr


def test_names_that_numpy_has_are_its_own() -> None:
    assert run("print(np.bool is np.dtype('bool').type, np.int64(3), np.linalg.norm([3, 4]))").stdout == "True 3 5.0\n"


def test_submodules_and_metadata_of_numpy_are_found() -> None:
    ran = run("import importlib.util, numpy.random\nprint(importlib.util.find_spec('numpy').origin == np.__file__)")
    assert ran.stdout == "True\n", ran.stderr
