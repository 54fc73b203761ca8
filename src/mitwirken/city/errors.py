"""Why a file was refused, as sentences for the person who brought it."""

from collections.abc import Iterable


class ImportRefused(Exception):
    """Nothing was imported; `reasons` say where and why."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join(self.reasons))
