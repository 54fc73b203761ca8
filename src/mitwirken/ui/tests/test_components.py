"""What the style guide promises: every component explained, shown, and made of parts that exist."""

import re
from pathlib import Path

import pytest
from django.template import TemplateSyntaxError, engines
from django.template.loader import render_to_string

from mitwirken.ui.samples import Place, context
from mitwirken.ui.templatetags.ui import props_of, symbols
from mitwirken.ui.views import EXAMPLES

UI = EXAMPLES.parent
COMPONENTS = sorted(path.stem for path in UI.glob("*.html") if path.stem != "styleguide")
SOURCES = Path(__file__).parents[3]


def render(source, **values):
    return engines["django"].from_string(source).render(values)


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_begins_with_what_it_is_for(name):
    source = (UI / f"{name}.html").read_text()
    assert source.startswith("{% comment %}\n"), "the contract is the comment at the head"
    assert len(source.split("{% endcomment %}")[0].splitlines()[1]) > 10


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_has_an_example_that_renders(name):
    assert render_to_string(f"ui/examples/{name}.html", context()).strip()


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_declared_prop_is_used(name):
    head, body = (UI / f"{name}.html").read_text().split("{% endcomment %}", 1)
    for prop in props_of(head + "{% endcomment %}"):
        assert re.search(rf"\b{prop}\b", body), f"{prop} is promised but never drawn"


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_readme_lists_every_component(name):
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    assert f"`{name}`" in readme or name in ("header", "footer"), f"add {name} to the table in ui/README.md"


def test_every_symbol_that_is_named_exists():
    for template in SOURCES.rglob("templates/**/*.html"):
        if "wagtailadmin" in template.read_text():
            continue  # Wagtail's own pages draw Wagtail's own symbols.
        for name in re.findall(r'(?:\{% icon |\bicon=)"([\w-]+)"', template.read_text()):
            assert name in symbols(), f"{template.name} names the unknown symbol {name}"


def test_a_misspelt_prop_is_an_error_that_names_the_right_ones():
    with pytest.raises(TemplateSyntaxError, match="kind, title"):
        render('{% ui "alert" knid="info" %}{% endui %}')


def test_what_people_typed_never_becomes_markup():
    drawn = render('{% ui "card" title=title text=title %}{{ title }}{% endui %}', title="<script>alert(1)</script>")
    assert "<script>" not in drawn
    assert drawn.count("&lt;script&gt;") == 3


def test_a_component_sees_only_its_props():
    assert "secret" not in render('{% ui "alert" %}{% endui %}', title="secret", content="secret")


def test_components_nest():
    drawn = render('{% ui "section" title="A" %}{% ui "alert" %}inside{% endui %}{% endui %}')
    assert drawn.index("<section") < drawn.index("kern-alert") < drawn.index("</section>")


def test_a_table_that_stacks_names_the_column_of_each_cell():
    drawn = render(
        '{% ui "table" caption="T" head=head rows=rows narrow="stack" %}{% endui %}',
        head=["A", "B"],
        rows=[["1", "2", "3"]],
    )
    assert "table-stacks" in drawn
    assert '<th scope="row">1</th><td data-head="B">2</td><td>3</td>' in drawn
    assert "table-stacks" not in render('{% ui "table" caption="T" %}{% endui %}')


def test_a_place_that_is_wrong_or_filled_lies_open():
    source = '{% ui "place-picker" form=form districts=districts %}{% endui %}'
    for given, is_open in (({}, False), ({"lat": "51.5"}, True), ({"lon": "x"}, True), ({"address": "Ring 1"}, False)):
        drawn = render(source, form=Place(given), districts=[])
        assert ('<details class="kern-accordion" open>' in drawn) == is_open, given


@pytest.mark.parametrize("template", sorted(SOURCES.rglob("templates/**/*.html")), ids=lambda path: path.stem)
def test_no_template_carries_its_own_style_or_script(template):
    source = template.read_text()
    if template.as_posix().endswith("pool/data.html"):
        return  # A file of its own in the data download: no style sheet lies beside it.
    if template.parts[-2] != "mail" and "mail" not in template.parts and "staff" not in template.parts:
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)(?! type=\"application/ld)", source)


@pytest.mark.parametrize("template", sorted(SOURCES.rglob("templates/**/*.html")), ids=lambda path: path.stem)
def test_only_the_kit_knows_the_design_systems_classes(template):
    if "ui" not in template.parts[-3:]:
        assert "kern-" not in template.read_text() or template.stem == "500"
