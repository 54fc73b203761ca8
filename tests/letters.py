"""One letter of every kind the apps post to single people (core.mail), made by their real actions.

A template below ``templates/<app>/mail/`` that none of these uses makes tests/test_every_letter.py fail.
"""

from datetime import timedelta
from email.message import EmailMessage

from django.utils.translation import override

from mitwirken.accounts import letters
from mitwirken.accounts import samples as people
from mitwirken.accounts.adapter import AccountAdapter
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import Letter
from mitwirken.evaluation import actions as evaluation
from mitwirken.evaluation import samples as sheets
from mitwirken.portal import samples as portal
from mitwirken.portal.actions import answers, contributions
from mitwirken.portal.actions import letters as slips
from mitwirken.website import actions as desk
from mitwirken.website import post
from mitwirken.website import samples as cases

LANGS = ("de", "en")


def produce() -> list[Letter]:
    """Post one letter of every kind for each language of the screen; those that are due."""
    city.city()
    staff = people.staff(RoleKind.EDITOR, city.department())
    for lang in LANGS:
        with override(lang):
            _accounts(lang)
            _portal(lang, staff)
            _desk(lang, staff)
    evaluation.invite(at=clock.now())
    return list(Letter.objects.order_by("pk"))


def _accounts(lang: str) -> None:
    adapter = AccountAdapter()
    adapter.send_mail("account/email/login_code", f"{lang}-code@beispiel.example", {"code": "KXR-7PT"})
    adapter.send_mail("account/email/email_changed", f"{lang}-hinweis@beispiel.example", {})
    adapter.send_account_already_exists_mail(f"{lang}-schon@beispiel.example")
    letters.role_granted(people.staff(RoleKind.MODERATOR, city.department()).roles.get())


def _portal(lang: str, staff) -> None:
    ended = sheets.closed_step()
    sheets.run(ended)
    for number, verb in enumerate(("answered", "hidden")):
        row = portal.contribution(ended)
        slips.send_receipt(row, f"{lang}-{number}@beispiel.example", keep=True, at=clock.now())
        if verb == "answered":
            answers.answer(row, "Danke, das nehmen wir auf.", standing="accepted", by=staff, at=clock.now())
        else:
            contributions.moderate(row, "hidden", by=staff, at=clock.now(), reason="Der Text nennt eine Person.")


def _desk(lang: str, staff) -> None:
    case = cases.case(email=f"{lang}-erika@beispiel.example")
    desk.answer_case(case, "Bis zum letzten Tag des Monats.", by=staff, at=clock.now())
    reply = EmailMessage()
    reply["From"], reply["To"] = case.email, post.address_for(case.pk)
    reply["Message-ID"] = f"<{lang}-1@beispiel.example>"
    reply.set_content("Hier ist das Foto.")
    reply.add_attachment(b"foto", maintype="image", subtype="jpeg", filename="platz.jpg")
    desk.receive_mail(reply.as_bytes(), at=clock.now() + timedelta(minutes=5))
