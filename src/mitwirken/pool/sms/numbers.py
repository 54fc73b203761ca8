"""Mobile numbers as people write them, and what of them we write to."""

import phonenumbers
from django.conf import settings
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

# In the first country a number without a country's code is at home.
MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def plain(typed: str) -> str | None:
    """The number in E.164 (``0171 2345678`` becomes ``+491712345678``), or None if no text message goes there.

    Only mobile numbers of `SMS_COUNTRIES`: whoever makes us send codes to dear numbers far away earns by it.
    """
    try:
        number = phonenumbers.parse(typed, settings.SMS_COUNTRIES[0])
    except NumberParseException:
        return None
    is_ours = phonenumbers.region_code_for_number(number) in settings.SMS_COUNTRIES
    if not is_ours or not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in MOBILE:
        return None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def readable(number: str) -> str:
    """As it is written at home."""
    parsed = phonenumbers.parse(number, None)
    at_home = phonenumbers.region_code_for_number(parsed) == settings.SMS_COUNTRIES[0]
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, style))
