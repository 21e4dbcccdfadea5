"""The page's types are those of the contract."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_types_of_the_page_are_fresh(tmp_path: Path) -> None:
    made = tmp_path / "openapi.ts"
    generate = ["exec", "--no", "--", "openapi-typescript", "../contract/openapi.json", "-o", str(made)]
    ran = subprocess.run(
        [sys.executable, ROOT / "server" / "hatch_build.py", "npm", *generate],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    kept = ROOT / "web" / "src" / "contract" / "openapi.ts"
    assert kept.read_text() == made.read_text(), "The page's types are out of date. Run: ./dev contract"
