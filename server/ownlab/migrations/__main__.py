"""Writes the next step after a table was changed: `python -m ownlab.migrations "Add the quota of a drive."`

Read what it wrote before you commit it, and format it with ruff.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from ownlab.base.database import alembic_config


def main(message: str) -> None:
    """Compare what the steps make of an empty database with what the stores declare, and write down the difference."""
    with TemporaryDirectory() as folder:
        config = alembic_config(f"sqlite+aiosqlite:///{Path(folder) / 'empty.sqlite3'}")
        config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(rev)s")
        command.upgrade(config, "head")
        config.cmd_opts = Namespace(autogenerate=True)
        command.revision(config, message, autogenerate=True)


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or sys.exit(__doc__))
