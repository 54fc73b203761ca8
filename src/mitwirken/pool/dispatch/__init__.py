"""Carrying the outbox out: claim, send, settle; and finding out what happened when a process died."""

from .worker import Dispatcher

__all__ = ["Dispatcher"]
