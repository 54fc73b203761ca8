"""What mail servers say when they give a mail back: written by hand after their wording, all addresses made up."""


def dsn(status, diagnostic="", action="failed", words="Ihre Nachricht konnte nicht zugestellt werden.", extra=""):
    """A report after RFC 3464."""
    return f"""From: MAILER-DAEMON@mx.beispiel.example (Mail Delivery System)
To: {{to}}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{{id}}@mx.beispiel.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grenze"

--grenze
Content-Type: text/plain; charset=utf-8

{words}

--grenze
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.beispiel.example
{extra}
Final-Recipient: rfc822; mitglied1@beispiel.example
Action: {action}
Status: {status}
{f"Diagnostic-Code: {diagnostic}" if diagnostic else "X-Nothing: said"}

--grenze
Content-Type: text/rfc822-headers

Return-Path: <b-1-aaaaaaaaaaaaaaaa@mitwirken.example>
Subject: Neues aus der Stadt: 550 5.1.1 Ideen

--grenze--
"""


def prose(text, sender="MAILER-DAEMON@mx.beispiel.example", subject="Mail delivery failed", head=""):
    """A report in words only."""
    return f"""From: {sender}
To: {{to}}
Subject: {subject}
Message-ID: <{{id}}@mx.beispiel.example>
{head}Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
"""


EXCHANGE = """From: postmaster@amt.example
To: {to}
Subject: Unzustellbar: Neues aus der Stadt
Message-ID: <{id}@amt.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/html; charset=utf-8

<html><body><p>Die E-Mail-Adresse, die Sie eingegeben haben, konnte nicht gefunden werden.</p></body></html>
--x
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.amt.example

Final-Recipient: rfc822;niemand@amt.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient niemand@amt.example not found

--x--
"""

QMAIL = """Hi. This is the qmail-send program at mx.beispiel.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<niemand@beispiel.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <b-1-aaaaaaaaaaaaaaaa@mitwirken.example>
Subject: 452 4.2.2 Ihr Postfach ist voll
"""

EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  niemand@beispiel.example
    host mx.beispiel.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<niemand@beispiel.example>:
    550 Unrouteable address: unknown user
"""

WEB_DE_LIKE = """This message was created automatically by mail delivery software.

Eine Nachricht, die Sie versandt haben, konnte einem oder mehreren Empfängern
nicht zugestellt werden. Die folgenden Adressen sind betroffen:

niemand@postfach.example:
SMTP error from remote server for RCPT TO command, host: mx.postfach.example (192.0.2.7) reason: 550 Requested action
not taken: mailbox unavailable
"""

WEB_DE_LIKE_FULL = """Eine Nachricht, die Sie versandt haben, konnte nicht zugestellt werden:

voll@postfach.example:
reason: 552 Requested mail action aborted. Quota exceeded. Das Postfach des Empfängers ist voll.
"""

SPAM_BLOCK = "SMTP error from remote server after transfer of mail text: 554 Transaction failed: rejected as spam"

# name: (the report, what it means)
BOUNCES = {
    "Postfix, no such user": (
        dsn("5.1.1", "smtp; 550 5.1.1 <x@y.example>: User unknown in local recipient table"),
        "hard",
    ),
    "Postfix, no such domain": (dsn("5.4.4", "X-Postfix; Host or domain name not found. Name service error"), "hard"),
    "Postfix, domain without mail": (dsn("5.1.2", "smtp; 550 5.1.2 bad destination system"), "hard"),
    "Postfix, expired": (dsn("4.4.1", "X-Postfix; connect to mx.beispiel.example: Connection timed out"), "soft"),
    "Postfix, delayed": (dsn("4.4.1", "X-Postfix; Connection refused", action="delayed"), "delayed"),
    "Postfix, full": (dsn("5.2.2", "smtp; 552 5.2.2 Over quota"), "soft"),
    "Postfix, full for now": (dsn("4.2.2", "smtp; 452 4.2.2 mailbox full"), "soft"),
    "disabled mailbox": (dsn("5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is disabled"), "hard"),
    "policy": (dsn("5.7.1", "smtp; 550 5.7.1 Message rejected due to local policy"), "policy"),
    "DMARC": (dsn("5.7.26", "smtp; 550-5.7.26 Unauthenticated email is not accepted due to DMARC policy"), "policy"),
    "our own address is doubted": (dsn("5.1.8", "smtp; 550 5.1.8 Sender domain does not exist"), "policy"),
    "too large": (dsn("5.2.3", "smtp; 552 5.2.3 message size exceeds limit"), "policy"),
    "a vague code with a better one in the words": (dsn("5.0.0", "smtp; 550 5.1.1 no such user"), "hard"),
    "a vague code with plain words": (
        dsn("5.0.0", "smtp; 550 Requested action not taken: mailbox unavailable"),
        "hard",
    ),
    "a vague code and no words": (dsn("5.0.0"), "soft"),
    "Gmail, no such account": (
        dsn("5.1.1", "smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try"),
        "hard",
    ),
    "Gmail, too much at once": (dsn("4.7.28", "smtp; 421-4.7.28 unusual rate of unsolicited mail"), "soft"),
    "Exchange, not found": (EXCHANGE, "hard"),
    "Exchange, refused by directory": (
        dsn("5.4.1", "smtp;550 5.4.1 Recipient address rejected: Access denied."),
        "hard",
    ),
    "Exchange, loop": (dsn("5.4.14", "smtp;554 5.4.14 Hop count exceeded - possible mail loop"), "soft"),
    "qmail": (prose(QMAIL, subject="failure notice"), "hard"),
    "Exim": (prose(EXIM), "hard"),
    "web.de-like, unknown": (
        prose(WEB_DE_LIKE, sender='"Mail Delivery System" <mailer-daemon@postfach.example>'),
        "hard",
    ),
    "web.de-like, full": (prose(WEB_DE_LIKE_FULL, sender="mailer-daemon@postfach.example"), "soft"),
    "web.de-like, spam": (prose(SPAM_BLOCK, sender="mailer-daemon@postfach.example"), "policy"),
    "German, unknown": (
        prose("Der Empfänger niemand@beispiel.example ist unbekannt.", sender="postmaster@amt.example"),
        "hard",
    ),
    "German, gone": (prose("Das Postfach existiert nicht mehr. (550)", sender="postmaster@amt.example"), "hard"),
    "German, full": (prose("552 Das Postfach des Empfängers ist voll.", sender="postmaster@amt.example"), "soft"),
    "prose, for now": (prose("450 Requested mail action not taken: mailbox busy"), "soft"),
    "prose, still being tried": (
        prose("Warning: message delayed 4 hours. You do not need to resend your message. 4.4.2"),
        "delayed",
    ),
}

HOLIDAY = prose(
    "Ich bin bis 5. Mai nicht im Büro. Diese Adresse ist nicht mehr gültig, mein Postfach ist voll. 550 5.1.1",
    sender="mia@beispiel.example",
    subject="Abwesend",
    head="Auto-Submitted: auto-replied\n",
)

COMPLAINT = """From: fbl@postfach.example
To: {to}
Subject: Spam-Meldung
Message-ID: <{id}@postfach.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="grenze"

--grenze
Content-Type: text/plain

Dies ist eine Meldung.

--grenze
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Meldestelle/1.0
Version: 1
Original-Mail-From: <{mail_from}>

--grenze
Content-Type: message/rfc822

From: mitwirken@mitwirken.example
Subject: Neues aus der Stadt
List-Unsubscribe: <{unsubscribe}>

Guten Tag

--grenze--
"""


def as_sent(sample, *, to, number=1, **more):
    """The sample as bytes, to this address."""
    text = sample
    for name, value in {"to": to, "id": f"bericht{number}", **more}.items():
        text = text.replace("{" + name + "}", str(value))
    return text.replace("\n", "\r\n").encode()
