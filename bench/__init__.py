"""Measurements, one script a question. `python -m bench` runs them all; `python -m bench.cold_start` runs one.

Each prints one JSON object. Peers run beside OwnLab in the same minutes, so that ratios hold on a busy machine too.
"""
