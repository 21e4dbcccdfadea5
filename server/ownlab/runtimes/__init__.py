"""Runtimes: their lifecycle, and the engines that place them."""
