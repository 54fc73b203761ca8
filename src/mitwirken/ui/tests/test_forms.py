"""A form says what is wrong, where, and what to do; what was typed is kept."""

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from mitwirken.ui.forms import LineField, MomentField, PublicForm
from mitwirken.ui.samples import Sample

WRONG = {"name": "Ada", "email": "nobody", "idea": "<b>Bänke</b>"}


@pytest.fixture(autouse=True)
def german():
    with translation.override("de"):
        yield


def draw(form, **props):
    source = '{% ui "form" form=form %}{% endui %}'
    return engines["django"].from_string(source).render({"form": form, "csrf_token": "token", **props})


def test_an_error_stands_at_its_field_and_is_read_out_with_it():
    drawn = draw(Sample(WRONG))
    assert 'id="id_email_error"' in drawn
    assert 'aria-describedby="id_email_helptext id_email_error"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_the_summary_links_to_each_wrong_field():
    drawn = draw(Sample(WRONG))
    assert drawn.index("error-summary") < drawn.index('id="id_email"')
    for target in ("id_email", "id_district", "id_reach_0", "id_agree"):
        assert f'href="#{target}"' in drawn
        assert f'id="{target}"' in drawn


def test_the_summary_puts_no_colon_behind_a_question_or_a_sentence():
    class Questions(PublicForm):
        often = forms.CharField(label="Wie oft?")
        agree = forms.BooleanField(label="Ich willige ein.")
        email = forms.EmailField(label="E-Mail-Adresse")

    drawn = draw(Questions({}))
    assert "Wie oft? Bitte" in drawn
    assert "Ich willige ein. Bitte" in drawn
    assert "E-Mail-Adresse: Bitte" in drawn


def test_what_was_typed_is_kept_and_harmless():
    drawn = draw(Sample(WRONG))
    assert 'value="Ada"' in drawn
    assert "&lt;b&gt;Bänke&lt;/b&gt;" in drawn


def test_a_missing_answer_is_asked_for_in_a_sentence():
    form = Sample({})
    assert form.errors["email"] == ["Bitte füllen Sie dieses Feld aus."]
    assert form.errors["agree"] == ["Bitte setzen Sie hier ein Häkchen."]
    assert form.errors["reach"] == ["Bitte wählen Sie eine Möglichkeit aus."]


def test_optional_is_said_in_words():
    drawn = draw(Sample())
    assert drawn.count("(freiwillig)") == 2


def test_browsers_may_fill_in_what_they_know():
    assert 'autocomplete="email"' in draw(Sample())


def test_a_long_text_says_its_limit_before_it_is_reached():
    drawn = draw(Sample())
    assert "Höchstens 2000 Zeichen" in drawn
    assert 'aria-describedby="id_idea_limit"' in drawn


def test_a_group_of_choices_has_a_legend_and_one_label_per_box():
    drawn = draw(Sample())
    assert drawn.count("<fieldset") == 2
    assert 'for="id_topics_0"' in drawn
    assert drawn.count("kern-form-check__radio") == 2
    assert drawn.count("kern-form-check__checkbox") == 3


def test_who_fills_the_trap_is_a_robot():
    form = PublicForm({"website": "https://spam.example"})
    assert form.is_valid()
    assert form.is_spam


def test_who_leaves_the_trap_alone_is_not():
    form = PublicForm({})
    assert form.is_valid()
    assert not form.is_spam


def test_nobody_reaches_the_trap_by_accident():
    drawn = draw(PublicForm())
    assert 'class="trap" aria-hidden="true"' in drawn
    assert 'tabindex="-1"' in drawn
    assert 'autocomplete="off"' in drawn


def test_a_form_of_another_package_gets_our_look():
    class Foreign(forms.Form):
        login = forms.CharField()

    drawn = draw(Foreign())
    assert 'class="kern-form-input__input"' in drawn


def test_an_upload_is_sent_as_an_upload():
    class Upload(PublicForm):
        picture = forms.FileField(required=False)

    assert 'enctype="multipart/form-data"' in draw(Upload())


def test_the_pages_title_says_that_something_is_wrong():
    source = '{% ui "error-title" form=form %}{% endui %}Ihre Idee'
    title = engines["django"].from_string(source).render({"form": Sample(WRONG)})
    assert title.strip() == "Fehler: Ihre Idee"


class Heading(forms.Form):
    words = LineField(max_length=20)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Neuer\r\nKalender", "Neuer Kalender"),
        ("  Neuer \t  Kalender\n\n", "Neuer Kalender"),
        ("Neuer\u2028Kalender\x85\x0b\x02x\x03", "Neuer Kalender x"),
        ("ab 18\u00a0Uhr", "ab 18\u00a0Uhr"),
    ],
)
def test_what_becomes_a_subject_is_one_line_whatever_was_pasted(typed, kept):
    form = Heading({"words": typed})
    assert form.is_valid()
    assert form.cleaned_data == {"words": kept}


@pytest.mark.parametrize("typed", [" \r\n ", "x" * 21, "null\x00"])
def test_one_line_has_the_limits_of_a_text(typed):
    assert "words" in Heading({"words": typed}).errors


class Meeting(forms.Form):
    at = MomentField()


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "0226-11-23T18:00", "morgen"])
def test_a_moment_nobody_means_is_named_before_a_database_stumbles_over_it(typed):
    assert "at" in Meeting({"at": typed}).errors


def test_a_moment_is_asked_for_and_shown_again_as_browsers_write_it():
    form = Meeting({"at": "2026-11-23T18:00"})
    assert form.is_valid()
    assert 'type="datetime-local"' in str(form["at"])
    assert 'value="2026-11-23T18:00"' in str(Meeting(initial=form.cleaned_data)["at"])


# Every kind of field a public form may have, with something in it that cannot be meant.
WRONG_BY_KIND = [
    (forms.CharField(max_length=3), "abcd"),
    (forms.CharField(), "a\x00b"),
    (forms.EmailField(), "anna lehmann"),
    (forms.URLField(), "das rathaus"),
    (forms.IntegerField(), "drei"),
    (forms.FloatField(), "drei"),
    (forms.DecimalField(), "drei"),
    (forms.DateField(), "morgen"),
    (forms.DateTimeField(), "morgen"),
    (MomentField(), "morgen"),
    (forms.TimeField(), "mittags"),
    (forms.ChoiceField(choices=[("a", "A")]), "b"),
    (forms.TypedChoiceField(choices=[("a", "A")]), "b"),
    (forms.MultipleChoiceField(choices=[("a", "A")]), ["b"]),
]


@pytest.mark.parametrize(("field", "typed"), WRONG_BY_KIND, ids=lambda value: type(value).__name__)
def test_what_is_wrong_is_said_in_our_words_and_never_in_django_s(field, typed):
    djangos = said_by(type("Plain", (forms.Form,), {"answer": field}), typed)
    ours = said_by(type("Ours", (PublicForm,), {"answer": field}), typed)
    assert ours
    assert ours != djangos
    with translation.override("en"):
        assert said_by(type("Ours", (PublicForm,), {"answer": field}), typed) != ours, "not translated"


@pytest.mark.parametrize("field", [field for field, _typed in WRONG_BY_KIND], ids=lambda field: type(field).__name__)
def test_what_is_missing_is_asked_for_in_our_words(field):
    ours = said_by(type("Ours", (PublicForm,), {"answer": field}), "")
    assert ours[0].startswith("Bitte")
    assert ours != said_by(type("Plain", (forms.Form,), {"answer": field}), "")


def test_a_form_s_own_words_stay():
    class Own(PublicForm):
        email = forms.EmailField(error_messages={"required": "Wohin?", "invalid": "Keine Adresse."})

    assert Own({"email": ""}).errors["email"] == ["Wohin?"]
    assert Own({"email": "x"}).errors["email"] == ["Keine Adresse."]


def said_by(form, typed):
    return [str(error) for error in form({"answer": typed}).errors["answer"]]
