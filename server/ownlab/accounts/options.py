"""What can be set about signing in."""

from __future__ import annotations

from dataclasses import dataclass

from ownlab.base.options import option


@dataclass(frozen=True)
class AccountsOptions:
    link_hours: int = option(24, "How long a sign-in link can be used.", unit="hours")
    session_days: int = option(30, "How long a browser stays signed in without a visit.", unit="days")
