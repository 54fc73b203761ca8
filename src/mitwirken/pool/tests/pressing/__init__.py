"""Every button of the pool's staff pages, and in which states it does something; for test_stale_pages.py.

Whoever adds a state or a verb adds it here, too: a test compares the tables with what the pages know.
"""

from .asking import EVENT, TASK
from .carrying import BATCH, CALL, RUN
from .writing import BULLETIN, MAILING, SELECTION, TEMPLATE

KINDS = {
    "task": TASK,
    "event": EVENT,
    "bulletin": BULLETIN,
    "template": TEMPLATE,
    "mailing": MAILING,
    "list": RUN,
    "letters": BATCH,
    "call": CALL,
    "selection": SELECTION,
}
