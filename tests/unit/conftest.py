"""How generated tests are run: a busy machine is no failure, and a failure can be repeated from its printed blob."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", deadline=None, print_blob=True)
settings.load_profile("unit")
