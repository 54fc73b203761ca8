"""What staff of the pool type for people who call, write or come by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mitwirken.ui.forms import LineField, PublicForm

from . import tokens
from .actions import Reach
from .forms import ProfileForm
from .models import Channel, Member, Origin, Proof

# What makes a person without e-mail a member. A call alone is weak evidence; the form says so.
PROOFS = [
    ("letter", _("We send a letter with a code; the person confirms with it")),
    ("signed", _("The signed form lies before me")),
    (Proof.PARENTS, _("The form signed by a parent lies before me (the person is younger than 16)")),
    ("call", _("I have read the data back on the telephone, and the person agreed once more")),
]
REACHED = [(Channel.MAIL, _("by e-mail")), (Channel.LETTER, _("by letter")), (Channel.PHONE, _("by telephone"))]


class ReachFields(forms.Form):
    """Where a person is reached; which fields are needed depends on the way."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    name = LineField(label=_("Name"), max_length=120, required=False)
    street = LineField(label=_("Street and house number"), max_length=120, required=False)
    postcode = LineField(label=_("Postcode"), max_length=10, required=False)
    town = LineField(label=_("Town"), max_length=80, required=False)
    phone = LineField(label=_("Telephone number"), max_length=30, required=False)

    def clean_phone(self):
        number = self.cleaned_data["phone"]
        if number and not 5 <= len(tokens.plain_number(number)) <= 20:
            raise forms.ValidationError(_("This is no telephone number. Please check the digits."))
        return number

    def require(self, names: tuple[str, ...], values) -> None:
        """Name each field that this way needs and that is empty."""
        for name in names:
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed for the way the person wants to be reached."))


class TakeInForm(ReachFields, ProfileForm):
    """Somebody calls, writes or comes by: staff type, the person agrees to what was read out."""

    origin = forms.ChoiceField(
        choices=[choice for choice in Origin.choices if choice[0] != Origin.WEB],
        label=_("How did the person come to us?"),
        widget=forms.RadioSelect,
        initial=Origin.PHONE,
    )
    reached = forms.TypedChoiceField(
        choices=REACHED,
        coerce=int,
        label=_("How do we reach the person from now on?"),
        help_text=_("With an e-mail address the person gets a mail and confirms with the button in it."),
        widget=forms.RadioSelect,
        initial=Channel.MAIL,
    )
    proof = forms.ChoiceField(
        choices=PROOFS,
        label=_("Without e-mail: how is the agreement proven?"),
        help_text=_("The letter is the safest. A call proves little if somebody denies it later."),
        widget=forms.RadioSelect,
        initial="letter",
    )
    reference = LineField(
        label=_("Where is the paper or the note of the call?"),
        help_text=_("A file number, not the name. It becomes part of the proof and stays with it."),
        max_length=80,
        required=False,
    )
    words_lang = forms.ChoiceField(
        choices=[("de", _("German")), ("en", _("English"))], label=_("Language of the words read out"), initial="de"
    )
    agree = forms.BooleanField(
        label=_("I have read out or shown these words, and the person agreed."),
        error_messages={"required": _("Without agreement nobody can be taken in. Read the words out first.")},
    )
    field_order = [
        "origin", "reached", "email", "name", "street", "postcode", "town", "phone", "words_lang", "agree", "proof",
        "reference",
    ]  # fmt: skip

    def clean(self):
        values = super().clean()
        way, proof = values.get("reached"), values.get("proof")
        if way == Channel.MAIL:
            self.require(("email",), values)
            if proof == Proof.PARENTS:
                self.require(("reference",), values)
            return values
        needed = ("name", "street", "postcode", "town") if way == Channel.LETTER or proof == "letter" else ()
        self.require((*needed, *(("phone",) if way == Channel.PHONE else ())), values)
        if proof != "letter":
            self.require(("reference",), values)
        return values

    def reach(self) -> Reach:
        given = self.cleaned_data
        return Reach(given["reached"], given["name"], given["street"], given["postcode"], given["town"], given["phone"])


class FindForm(ReachFields, PublicForm):
    """Find one person by what they say: there is no list of members to look through."""

    def clean(self):
        values = super().clean()
        by_post = values.get("name") and values.get("street") and values.get("postcode")
        if not self.errors and not (values.get("email") or values.get("phone") or by_post):
            raise forms.ValidationError(
                _("Type in the e-mail address, or the telephone number, or name, street and postcode together.")
            )
        return values

    def subjects(self) -> list[str]:
        """The keyed hashes of everything that was typed."""
        given, found = self.cleaned_data, []
        if given["email"]:
            found.append(tokens.address_hash(given["email"]))
        if given["phone"]:
            found.append(tokens.phone_hash(given["phone"]))
        if given["name"] and given["street"] and given["postcode"]:
            found.append(tokens.postal_hash(given["name"], given["street"], given["postcode"]))
        return found

    def member(self) -> Member | None:
        return Member.objects.filter(address_hash__in=self.subjects()).first()


class EvidenceForm(forms.Form):
    """The proof that makes a waiting person a member."""

    evidence = forms.ChoiceField(
        choices=[choice for choice in PROOFS if choice[0] != "letter"],
        label=_("What proves the agreement?"),
        widget=forms.RadioSelect,
    )
    reference = LineField(
        label=_("Where is the paper or the note of the call?"),
        help_text=_("A file number, not the name. It becomes part of the proof and stays with it."),
        max_length=80,
    )


class MergeForm(FindForm):
    """The other row of the same person."""

    reference = LineField(
        label=_("Where is the person's wish noted?"), help_text=_("A file number, not the name."), max_length=80
    )
