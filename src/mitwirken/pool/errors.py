"""Why something was not done, in a sentence for the person who tried."""

from typing import Any

from django.utils.translation import gettext_lazy as _

GONE = _("This does not exist any more, or it belongs to another department.")


class Refused(Exception):
    """The wish cannot be met now; `sentence` says why and what to do."""

    def __init__(self, sentence: Any) -> None:  # a text, or a lazy translation
        super().__init__(str(sentence))
        self.sentence = sentence
