"""The words people agree to. Change a word: write a new version, keep the old one in the ledger's table.

Long on purpose: § 7(1) and Art. 13 GDPR want the purpose, the extent and the way out in the text itself. They
stand here and not in the catalogue because a translation that changes silently would be another consent.
"""

import hashlib
from datetime import datetime

from .models import ConsentText, Purpose

VERSION = "2026-11"

# Information reaches people in different ways, and each way has its own words.
MAIL, LETTER, PHONE, PARENTS = "mail", "letter", "phone", "parents"

_INFORMATION = {
    (MAIL, "de"): (
        "Ich möchte im Mitmachpool mitmachen. Die Stadt darf mir E-Mails schicken, die mir sagen, wo ich "
        "mitwirken kann. Dafür speichert sie meine E-Mail-Adresse und das, was ich hier ausgewählt habe. "
        "Ich bin mindestens 16 Jahre alt. Ich kann jederzeit aufhören: mit einem Klick in jeder Mail, in "
        "meinen Einstellungen oder telefonisch. Dann bekomme ich keine Mails mehr. Was vorher geschehen ist, "
        "bleibt rechtmäßig."
    ),
    (MAIL, "en"): (
        "I want to join the people pool. The city may send me e-mails that tell me where I can take part. "
        "For this it stores my e-mail address and what I have chosen here. I am at least 16 years old. I can "
        "stop at any time: with one click in every mail, in my settings or by telephone. Then I get no more "
        "mails. What happened before remains lawful."
    ),
    (LETTER, "de"): (
        "Ich möchte im Mitmachpool mitmachen. Die Stadt darf mir Briefe schicken, die mir sagen, wo ich mitwirken "
        "kann. Dafür speichert sie meinen Namen, meine Anschrift und das, was ich hier ausgewählt habe. Ich bin "
        "mindestens 16 Jahre alt. Ich kann jederzeit aufhören: mit einem Anruf, mit einem Brief oder vor Ort. Dann "
        "bekomme ich keine Briefe mehr. Was vorher geschehen ist, bleibt rechtmäßig."
    ),
    (LETTER, "en"): (
        "I want to join the people pool. The city may send me letters that tell me where I can take part. For this "
        "it stores my name, my address and what I have chosen here. I am at least 16 years old. I can stop at any "
        "time: with a call, with a letter or on site. Then I get no more letters. What happened before remains lawful."
    ),
    (PHONE, "de"): (
        "Ich möchte im Mitmachpool mitmachen. Die Stadt darf mich anrufen und mir sagen, wo ich mitwirken kann. Dafür "
        "speichert sie meine Telefonnummer und das, was ich hier ausgewählt habe. Ich bin mindestens 16 Jahre alt. Ich "
        "kann jederzeit aufhören: Ein Satz am Telefon genügt, auch wenn die Stadt mich anruft. Dann bekomme ich keine "
        "Anrufe mehr. Was vorher geschehen ist, bleibt rechtmäßig."
    ),
    (PHONE, "en"): (
        "I want to join the people pool. The city may call me and tell me where I can take part. For this it stores "
        "my telephone number and what I have chosen here. I am at least 16 years old. I can stop at any time: one "
        "sentence on the telephone is enough, also when the city calls me. Then I get no more calls. What happened "
        "before remains lawful."
    ),
    (PARENTS, "de"): (
        "Ich bin sorgeberechtigt. Mein Kind ist jünger als 16 Jahre und möchte im Mitmachpool mitmachen. Ich bin damit "
        "einverstanden. Die Stadt darf meinem Kind schreiben, wo es mitwirken kann. Dafür speichert sie, wie sie mein "
        "Kind erreicht und was es ausgewählt hat. Mein Kind oder ich können jederzeit aufhören: mit einem Klick in "
        "jeder Mail, mit einem Anruf oder mit einem Brief. Was vorher geschehen ist, bleibt rechtmäßig."
    ),
    (PARENTS, "en"): (
        "I have parental responsibility. My child is younger than 16 and wants to join the people pool. I agree. The "
        "city may tell my child where it can take part. For this it stores how it reaches my child and what my child "
        "has chosen. My child or I can stop at any time: with one click in every mail, with a call or with a letter. "
        "What happened before remains lawful."
    ),
}

_TRAITS = {
    Purpose.TRAIT_AGE: ("mein Alter (in Stufen)", "my age (as a band)"),
    Purpose.TRAIT_SEX: ("mein Geschlecht", "my sex"),
    Purpose.TRAIT_EDUCATION: ("mein höchster Abschluss", "my highest certificate"),
    Purpose.TRAIT_MIGRATION: (
        "ob ich oder meine Eltern nach Deutschland gekommen sind (eine Angabe, die Art. 9 DSGVO besonders schützt)",
        "whether I or my parents came to Germany (which Art. 9 GDPR protects particularly)",
    ),
    Purpose.TRAIT_HOUSEHOLD: ("mit wem ich zusammenlebe (in Stufen)", "with whom I live (as a band)"),
}

TEXTS = {
    (Purpose.TASKS, "de"): (
        "Die Stadt darf mich persönlich fragen, ob ich etwas teste, eine Frage beantworte oder zu einer Veranstaltung "
        "komme. Dafür speichert sie, wonach sie mich gefragt hat und was ich geantwortet habe. Jede Antwort ist "
        "freiwillig. Ich kann das jederzeit beenden, ohne den Mitmachpool zu verlassen."
    ),
    (Purpose.TASKS, "en"): (
        "The city may ask me personally to test something, to answer a question or to come to an event. For this it "
        "stores what it asked me and what I answered. Every answer is voluntary. I can end this at any time without "
        "leaving the people pool."
    ),
    (Purpose.PANELS, "de"): (
        "Die Stadt darf mich auslosen, wenn sie eine Gruppe zusammenstellt, die der Bevölkerung ähnelt. Dafür darf sie "
        "die freiwilligen Angaben zu meiner Person verwenden, und nur dafür. Ich kann das jederzeit beenden; dann "
        "werden diese Angaben gelöscht."
    ),
    (Purpose.PANELS, "en"): (
        "The city may draw me by lot when it puts together a group that resembles the population. For this, and only "
        "for this, it may use what I volunteer about myself. I can end this at any time; then this is deleted."
    ),
    (Purpose.STATISTICS, "de"): (
        "Die Stadt darf zählen, wie oft Menschen wie ich mitmachen, und das Ergebnis nur in Gruppen ab zehn Personen "
        "zeigen. Ich kann das jederzeit beenden."
    ),
    (Purpose.STATISTICS, "en"): (
        "The city may count how often people like me take part, and show the result only in groups of ten or more. I "
        "can end this at any time."
    ),
    (Purpose.SMS, "de"): (
        "Die Stadt darf mir zusätzlich eine SMS schicken, wenn es ein neues Angebot gibt, das zu meiner Auswahl passt. "
        "Dafür speichert sie meine Mobilnummer. Die Nummer und den Text der SMS gibt sie an das Unternehmen weiter, "
        "das die SMS für sie verschickt, und nur dafür. Ich kann das jederzeit beenden, ohne den Mitmachpool zu "
        "verlassen: mit dem Link in jeder SMS, in meinen Einstellungen oder telefonisch. Dann wird die Nummer sofort "
        "gelöscht. Was vorher geschehen ist, bleibt rechtmäßig."
    ),
    (Purpose.SMS, "en"): (
        "The city may send me a text message as well when there is a new offer that fits my choices. For this it "
        "stores my mobile number. It hands the number and the words of the message to the company that sends it on "
        "the city's behalf, and only for this. I can end this at any time without leaving the people pool: with the "
        "link in every text message, in my settings or by telephone. Then the number is deleted at once. What happened "
        "before remains lawful."
    ),
}
for _purpose, (_german, _english) in _TRAITS.items():
    TEXTS[_purpose, "de"] = (
        f"Die Stadt darf eine Angabe von mir speichern: {_german}. Sie verwendet sie nur dafür, dass eine ausgeloste "
        "Gruppe der Bevölkerung ähnelt. Außer der Auslosung liest das niemand. Ich kann das jederzeit beenden; dann "
        "wird die Angabe sofort gelöscht."
    )
    TEXTS[_purpose, "en"] = (
        f"The city may store one thing about me: {_english}. It uses it only so that a group drawn by lot resembles "
        "the population. Nobody but the draw reads it. I can end this at any time; then it is deleted at once."
    )


def words(purpose: str, lang: str, *, way: str = MAIL) -> str:
    """The text in this language, else in German; `way` is how the person is to be told of offers."""
    if purpose == Purpose.INFORMATION:
        return _INFORMATION.get((way, lang)) or _INFORMATION[way, "de"]
    return TEXTS.get((Purpose(purpose), lang)) or TEXTS[Purpose(purpose), "de"]


def current_text(purpose: str, lang: str, *, at: datetime, way: str = MAIL) -> ConsentText:
    """The stored row of the words now shown; made when they are agreed to for the first time."""
    text = words(purpose, lang, way=way)
    digest = hashlib.sha256(f"{purpose}|{VERSION}|{lang}|{text}".encode()).hexdigest()
    return ConsentText.objects.get_or_create(
        digest=digest,
        defaults={"purpose": purpose, "version": VERSION, "lang": lang, "text": text, "created_at": at},
    )[0]
