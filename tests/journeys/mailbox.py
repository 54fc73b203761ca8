"""The demo's caught mail, as a person reads it: wait for it, open it, follow its link."""

import re
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

LINK = re.compile(r"https?://\S+[^\s.,;:)>]")


class Mailbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mails(self, *, to: str) -> list[EmailMessage]:
        """Every mail to this address, oldest first."""
        parsed = (
            BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            for path in sorted(self.folder.glob("*.eml"))
        )
        return [mail for mail in parsed if to in str(mail["To"])]

    def wait(self, *, to: str, subject: str, seconds: float = 60) -> EmailMessage:
        """The newest mail to `to` whose subject contains `subject`; fails after `seconds` s."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [mail for mail in self.mails(to=to) if subject.lower() in str(mail["Subject"]).lower()]
            if found:
                return found[-1]
            time.sleep(0.3)
        subjects = [str(mail["Subject"]) for mail in self.mails(to=to)]
        raise AssertionError(f"No mail to {to} about {subject!r} within {seconds} s; there are {subjects}")

    def nth(self, number: int, *, to: str, seconds: float = 60) -> EmailMessage:
        """The mail to `to` that came as the `number`-th; fails after `seconds` s."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if len(found := self.mails(to=to)) >= number:
                return found[number - 1]
            time.sleep(0.3)
        raise AssertionError(f"No {number}. mail to {to} within {seconds} s")


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(preferencelist=("plain",)).get_content()


def links_of(mail: EmailMessage) -> list[str]:
    return LINK.findall(text_of(mail))


def link_to(mail: EmailMessage, part: str) -> str:
    """The first link of the text part whose address contains `part`."""
    found = [link for link in links_of(mail) if part in link]
    assert found, f"no link with {part!r} among {links_of(mail)}"
    return found[0]
