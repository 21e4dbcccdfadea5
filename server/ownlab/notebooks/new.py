"""The notebook that a user starts with."""

from __future__ import annotations

from typing import Any

from ownlab.base.ids import new_id


def new_notebook() -> dict[str, Any]:
    """One empty code cell, in Python."""
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": new_id()[:12],
        "metadata": {},
        "source": "",
        "outputs": [],
        "execution_count": None,
    }
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata,
        "cells": [{**cell, "outputs": [], "execution_count": None}],
    }
