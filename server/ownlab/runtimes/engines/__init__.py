"""Engines: each decides where a runtime's agent runs. Bytes never pass through one."""
