"""What can go wrong when taking part, as sentences people can act on."""

from collections.abc import Iterable


class DomainError(Exception):
    """Something people asked for that cannot be done; `sentence` says what happened and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotOpen(DomainError):
    """The step is not open for taking part at this moment."""


class NotReady(DomainError):
    """A project or step lacks something without which it must not be published."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(str(reason) for reason in self.reasons))
