"""Names of items."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownlab.drive.errors import BadName
from ownlab.drive.model import Kind
from ownlab.drive.names import UNTITLED, free_name, key, kind_of, named_like, valid_name


@pytest.mark.parametrize(
    "name", ["a", "Straße.ipynb", "数据.csv", "a b (1).ipynb", "🙂", "a\\b", "C:", "-rf", "~", "x" * 255]
)
def test_a_name_that_a_file_can_have_is_kept(name: str) -> None:
    assert valid_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "  ", ".", "..", "a/b", "/etc/passwd", "../x", "a\0b", "a\nb", "a\x1b[31m", "\ud800"),
        *(".hidden", ".trash", " .trash", ".ownlab-0123456789abcdef.tmp", "x" * 256, "数" * 86),
    ],
)
def test_a_name_that_no_file_can_have_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(BadName, match=r"can not be a file name: .* Choose another\.") as refusal:
        valid_name(name)
    refusal.value.message.encode()


def test_blanks_around_a_name_are_dropped_and_letters_composed() -> None:
    assert valid_name("  Ame\u0301lie \n") == "Am\u00e9lie"


@given(st.text(max_size=300))
def test_a_valid_name_is_one_part_of_a_path_and_stays_as_it_is(text: str) -> None:
    try:
        name = valid_name(text)
    except BadName:
        return
    assert name not in ("", ".", "..")
    assert not {"/", "\0"} & set(name)
    assert len(name.encode()) <= 255
    assert valid_name(name) == name


@given(st.text(max_size=20))
def test_names_that_a_mac_takes_for_the_same_have_one_key(text: str) -> None:
    assert key(unicodedata.normalize("NFD", text)) == key(unicodedata.normalize("NFC", text))
    assert key(text.lower().upper()) == key(text.lower().upper().lower())


@pytest.mark.parametrize(
    ("wanted", "kind", "old", "name"),
    [
        ("plot", Kind.NOTEBOOK, "a.ipynb", "plot.ipynb"),
        ("plot.ipynb", Kind.NOTEBOOK, "a.ipynb", "plot.ipynb"),
        ("plot.IPYNB", Kind.NOTEBOOK, "a.ipynb", "plot.IPYNB"),
        ("plot.py", Kind.NOTEBOOK, "a.ipynb", "plot.py.ipynb"),
        ("v1.2", Kind.NOTEBOOK, "a.ipynb", "v1.2.ipynb"),
        ("table", Kind.FILE, "a.csv", "table.csv"),
        ("table.txt", Kind.FILE, "a.csv", "table.txt"),
        ("table.ipynb", Kind.FILE, "a.csv", "table.ipynb.csv"),
        ("README", Kind.FILE, "LICENSE", "README"),
        ("v1.2", Kind.FOLDER, "old", "v1.2"),
        ("book.ipynb", Kind.FOLDER, "old", "book.ipynb"),
    ],
)
def test_a_renamed_item_stays_what_it_is(wanted: str, kind: Kind, old: str, name: str) -> None:
    assert named_like(wanted, kind, old) == name


def test_a_file_without_extension_can_not_become_a_notebook() -> None:
    with pytest.raises(BadName, match="only a notebook"):
        named_like("a.ipynb", Kind.FILE, "LICENSE")


def test_a_title_that_is_too_long_with_its_extension_is_refused() -> None:
    assert named_like("x" * 249, Kind.NOTEBOOK) == "x" * 249 + ".ipynb"
    with pytest.raises(BadName, match="256 bytes"):
        named_like("x" * 250, Kind.NOTEBOOK)


def test_untitled_notebooks_are_numbered_as_in_colab() -> None:
    taken: set[str] = set()
    names = []
    for _ in range(3):
        names.append(free_name(UNTITLED, taken))
        taken.add(key(names[-1]))
    assert names == ["Untitled.ipynb", "Untitled1.ipynb", "Untitled2.ipynb"]


def test_a_taken_name_gets_the_lowest_free_number() -> None:
    assert free_name("Plot.ipynb", {"plot.ipynb", "plot (1).ipynb", "plot (3).ipynb"}) == "Plot (2).ipynb"
    assert free_name("folder", {"folder"}) == "folder (1)"


@given(st.text(alphabet="ab.é数", min_size=1, max_size=255), st.integers(0, 12))
def test_a_free_name_is_valid_and_free(text: str, count: int) -> None:
    try:
        wanted = valid_name(text)
    except BadName:
        return
    taken: set[str] = set()
    for _ in itertools.repeat(None, count):
        taken.add(key(free_name(wanted, taken)))
    name = free_name(wanted, taken)
    assert key(name) not in taken
    assert len(name.encode()) <= 255
    assert valid_name(name) == name
    assert kind_of(name) is kind_of(wanted)
