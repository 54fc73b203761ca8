"""Why something was not done, in a sentence for the person who tried."""

from typing import Any


class Refused(Exception):
    """The wish cannot be met now; `sentence` says why and what to do."""

    def __init__(self, sentence: Any) -> None:  # a text, or a lazy translation
        super().__init__(str(sentence))
        self.sentence = sentence
