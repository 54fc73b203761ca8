"""Mitwirken: the participation system of a city."""

__version__ = "0.1.0"
