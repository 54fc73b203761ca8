"""The words people agreed to before the pool existed, kept like any other text of the ledger."""

import hashlib
from datetime import datetime

from ..models import ConsentText, Purpose
from .models import ImportRun


def text_of(run: ImportRun, *, at: datetime) -> ConsentText:
    """The stored words of this list's form; the same words are stored once."""
    digest = hashlib.sha256(f"{Purpose.INFORMATION}|import|de|{run.words}".encode()).hexdigest()
    return ConsentText.objects.get_or_create(
        digest=digest,
        defaults={
            "purpose": Purpose.INFORMATION,
            "version": "import",
            "lang": "de",
            "text": run.words,
            "created_at": at,
        },
    )[0]
