"""Runs the benches, prints their JSON and a table; `--update` also writes the table into bench/README.md.

python -m bench [--update] [BENCH ...]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.report import BENCHES, table

_README = Path(__file__).parent / "README.md"
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure OwnLab beside its peers.")
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=f"which ones; all if none: {', '.join(BENCHES)}")
    parser.add_argument("--update", action="store_true", help="write the table into bench/README.md")
    asked = parser.parse_args()
    unknown = set(asked.benches) - set(BENCHES)
    if unknown:
        parser.error(f"there is no bench {', '.join(sorted(unknown))}")
    results: dict[str, dict[str, Any]] = {}
    for name in asked.benches or BENCHES:
        print(f"==> {name}", file=sys.stderr)
        ended = subprocess.run([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True, check=False)
        if ended.returncode:
            print(f"bench.{name} failed; what it said is above.", file=sys.stderr)
            return 1
        results[name] = json.loads(ended.stdout)
        print(ended.stdout.strip(), flush=True)
    figures = f"{_machine()}\n\n{table(results)}"
    print(f"\n{figures}")
    if asked.update:
        _update(figures)
    return 0


def _machine() -> str:
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) >> 20
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} × {cpu}, {memory} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}; load at the end {os.getloadavg()[0]:.1f}."
    )


def _update(figures: str) -> None:
    text = _README.read_text()
    before, rest = text.split(_BEGIN)
    after = rest.split(_END)[1]
    _README.write_text(f"{before}{_BEGIN}{figures}\n{_END}{after}")


if __name__ == "__main__":
    sys.exit(main())
