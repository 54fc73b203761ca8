"""Mail that reaches the contact desk, kind and hostile."""

from email.message import EmailMessage

import pytest

from mitwirken.website import post

ADDRESS = post.address_for(7)


def mail(text="Danke, eine Frage noch.", to=ADDRESS, **headers) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Erika <erika@beispiel.example>"
    message["To"] = to
    message["Subject"] = "Re: Antwort"
    message["Message-ID"] = "<1@beispiel.example>"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_reply_finds_its_case():
    letter = post.read(mail().as_bytes())

    assert (letter.case_id, letter.sender, letter.text) == (7, "erika@beispiel.example", "Danke, eine Frage noch.")


def test_the_address_may_be_written_in_capitals():
    assert post.read(mail(to=ADDRESS.upper()).as_bytes()).case_id == 7


def test_the_envelope_counts_when_the_header_hides_the_address():
    assert post.read(mail(to="verborgen@beispiel.example").as_bytes(), (ADDRESS,)).case_id == 7


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS.replace("+7-", "+8-"),
        ADDRESS.replace("@", "0@"),
        ADDRESS.split("@")[0] + "@anderswo.example",
        "kontakt+7@mitwirken.example",
        "kontakt+-@mitwirken.example",
        f"kontakt+{'9' * 40}-{'a' * 24}@mitwirken.example",
        "",
    ],
)
def test_an_address_we_did_not_make_opens_no_case(address):
    assert post.read(mail(to=address or "niemand@beispiel.example").as_bytes()) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"List_Id": "<liste.beispiel.example>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_no_person_wrote_is_ignored(headers):
    assert post.read(mail(**headers).as_bytes()) is None


def test_a_bounce_is_ignored():
    raw = (
        f"From: mailer@beispiel.example\r\nTo: {ADDRESS}\r\n"
        'Content-Type: multipart/report; boundary="x"\r\n\r\n--x\r\n\r\nFehler\r\n--x--\r\n'
    )

    assert post.read(raw.encode()) is None


def test_a_mail_over_the_limit_is_ignored():
    assert post.read(mail("x" * (post.LIMIT + 1)).as_bytes()) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"To: " + b"\xff" * 100,
        f"To: {ADDRESS}\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--".encode(),
        f"To: {ADDRESS}\r\nContent-Type: text/plain; charset=klingon\r\n\r\nHallo".encode(),
        f"To: {ADDRESS}\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!".encode(),
        f"To: {ADDRESS}\r\nFrom: \r\n\r\nHallo".encode(),
        (f"To: {ADDRESS}\r\n" + "X: y\r\n" * 20_000 + "\r\nHallo").encode(),
        f"To: {'(' * 3000} <{ADDRESS}>\r\n\r\nHallo".encode(),
    ],
)
def test_hostile_bytes_are_a_letter_or_nothing_but_never_an_error(raw):
    letter = post.read(raw)

    assert letter is None or letter.case_id == 7


def test_the_letter_that_is_answered_is_left_out():
    text = (
        "Ja, gern.\n\nAm 3. Mai 2026 um 10:00 schrieb Mitwirken <mitwirken@stadt.example>:\n> Guten Tag\n> Ihre Stadt"
    )

    assert post.own_words(text) == "Ja, gern."


def test_signs_no_database_keeps_are_left_out():
    assert post.own_words("Hal\x00lo\x1b[31m \u202eda") == "Hallo[31m da"


def test_html_becomes_text_without_scripts():
    message = mail()
    message.clear_content()
    message.set_content("<p>Guten&nbsp;Tag</p><script>alert(1)</script><style>p{}</style>", subtype="html")
    letter = post.read(message.as_bytes())

    assert "Guten" in letter.text
    assert "alert" not in letter.text
    assert "<" not in letter.text


def test_files_are_counted_not_kept():
    message = mail()
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="rechnung.exe")
    letter = post.read(message.as_bytes())

    assert letter.attachments == 1
    assert letter.text == "Danke, eine Frage noch."
