"""Every reason why a file or a row is not taken, as a sentence that says what to do."""

from django.utils.translation import gettext_lazy as _

FILES = {
    "empty": _("This file is empty. Please choose the table saved as CSV."),
    "no_rows": _("This file has a heading but no rows below it."),
    "excel": _("This is an Excel file. Open it in Excel and save it as “CSV UTF-8”, then upload that file."),
    "pdf": _("This is a PDF. A list can only be read as CSV; spreadsheets save it as “CSV UTF-8”."),
    "utf16": _("This file is written in UTF-16. Please save it as “CSV UTF-8”."),
    "heading": _("The first line has to name the columns, and it cannot be read. Please check its quotation marks."),
    "columns": _("This table has more than 60 columns. Please keep those that are needed."),
    "rows": _("This table has more than 200,000 rows. Please cut it into several files."),
    "size": _("This file is larger than 25 MB. Please cut it into several files."),
}

ROWS = {
    "quotes": _("The quotation marks of this row do not match."),
    "too_long": _("This row, or one of its cells, is far too long."),
    "nul": _("This row holds signs that no text has (NUL). Was the file damaged?"),
    "signs": _("This row holds signs that cannot be read. Please type the letters again."),
    "columns": _("This row has more cells than the heading has columns: {detail}."),
    "formula": _("A cell begins like a formula (=, +, - or @). Please write it as text."),
    "no_address": _("There is neither an e-mail address nor a postal one."),
    "postal": _("The postal address is not complete: name, street, postcode and town are needed."),
    "postcode": _("The postcode does not have five digits."),
    "email": _("The e-mail address is not complete or holds signs that no address has."),
    "lang": _("We do not write in this language: “{detail}”. Possible are Deutsch and Englisch."),
    "frequency": _("We do not know this rhythm: “{detail}”. Possible are sofort, wöchentlich and monatlich."),
    "topic": _("There is no topic “{detail}”."),
    "district": _("There is no district “{detail}”."),
    "no_evidence": _("The evidence is not complete: date, source and file reference of the agreement are needed."),
    "evidence_long": _("Source or file reference is too long (60 and 40 signs at most)."),
    "date": _("“{detail}” is not a date. Please write it like 31.12.2025."),
    "future": _("The agreement is dated in the future: {detail}."),
    "long_ago": _("The agreement is dated before 2000: {detail}. Please check it."),
    "double": _("The same address stands in line {detail} already."),
    "blocked": _("This person never wants to be written to again. The address is blocked."),
    "withdrawn": _("This person has withdrawn the agreement after the date given here."),
    "is_member": _("Is a member already; nothing was changed."),
    "is_waiting": _("Has been asked already and has not confirmed yet; nothing was changed."),
    "letter": _("Without an e-mail address nobody can be asked by mail. Please ask this person by letter."),
    "kept": _("This person has changed something since the import and stays a member."),
}


def sentence(code: str, detail: str = "") -> str:
    """The words for one row."""
    return str(ROWS[code]).format(detail=detail)
