"""The words pages speak in: components, symbols and the motif. Built in, so no `{% load %}` is needed."""

import json
import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.template.loader import get_template
from django.utils.safestring import mark_safe

from mitwirken.ui import tiles as drawing
from mitwirken.ui.forms import look

register = template.Library()

SPRITE = Path(__file__).parents[1] / "static/ui/icons.svg"


@lru_cache(maxsize=256)
def props_of(source: str) -> tuple[str, ...]:
    """The props a component declares in the comment at its head, one `name: what it is` per line."""
    comment = re.match(r"\{% comment %\}(.*?)\{% endcomment %\}", source, re.S)
    return tuple(re.findall(r"^([a-z_]+): ", comment.group(1), re.M)) if comment else ()


class Item(dict):
    """An entry of a list prop: a key nobody gave is empty, as a prop nobody gave is."""

    def __missing__(self, key):
        return ""


def tolerant(value):
    if isinstance(value, dict):
        return Item({key: tolerant(each) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return [tolerant(each) for each in value]
    return value


@register.simple_block_tag(takes_context=True, name="ui", end_name="endui")
def ui(context, content, component, /, **props):
    """Render one component; the enclosed markup arrives as ``content``."""
    found = get_template(f"ui/{component}.html")
    known = props_of(found.template.source)
    if unknown := props.keys() - set(known):
        raise template.TemplateSyntaxError(f"ui/{component} knows {', '.join(known)}; not {', '.join(unknown)}")
    values = dict.fromkeys(known, "") | {prop: tolerant(value) for prop, value in props.items()}
    content = mark_safe(content.strip())  # noqa: S308 the template engine has escaped it already
    drawn = found.render({**values, "content": content, "csrf_token": context.get("csrf_token")})
    return mark_safe(drawn.strip("\n"))  # noqa: S308 a template's own output


@lru_cache(maxsize=1)
def symbols() -> dict[str, str]:
    """Each symbol of the sprite by its name."""
    return dict(re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', SPRITE.read_text(), re.S))


@register.simple_tag
def icon(name: str, size: str = ""):
    """A symbol beside a word. Drawn in place: no request, no flash, and forced colours can recolour it."""
    if not name:
        return ""
    drawn = symbols()[name]
    kind = f" icon-{size}" if size else ""
    return mark_safe(  # noqa: S308 our own sprite; the size is a word from our templates
        f'<svg class="icon{kind}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{drawn}</svg>'
    )


@register.simple_tag
def tiles(section: str = "", seed: str = "", columns: int = 6, rows: int = 4):
    """The motif: a piece of city laid out of tiles, always the same for the same seed."""
    return mark_safe(drawing.mosaic(section, str(seed), int(columns), int(rows)))  # noqa: S308 numbers and classes


@register.simple_tag
def tile(section: str = "", seed: str = ""):
    """One tile as the mark of a section or a thing."""
    return mark_safe(drawing.single(section, str(seed)))  # noqa: S308 numbers and classes


@register.simple_tag(takes_context=True)
def logo(context):
    """The city as its districts' tiles."""
    districts = getattr(context.get("city"), "districts", None) or ()
    return mark_safe(drawing.logo(drawing.places(districts)))  # noqa: S308 numbers and classes


@register.simple_tag
def city_picture(districts, section: str = ""):
    """The city itself, each district a tile with a form of its own."""
    return mark_safe(drawing.city(drawing.places(districts), section))  # noqa: S308 numbers and classes


@register.filter
def in_our_look(form):
    """A form's summary of errors and fields, whatever look it was made for."""
    return look(form).render()


@register.filter
def in_our_look_fields(form):
    """The fields of a form one by one, in our look."""
    return list(look(form))


@register.filter
def id_of(form, name):
    """The id of a field's input; empty when the form has no such field."""
    return look(form)[name].auto_id if name in form.fields else ""


@register.filter
def worth_a_look(form, names):
    """Whether one of these fields is wrong or filled: what holds them begins open then."""
    fields = [look(form)[name] for name in names.split() if name in form.fields]
    return any(field.errors or field.value() not in (None, "") for field in fields)


@register.filter
def centres(districts):
    """The districts' centres as JSON for an island."""
    found = [
        [drawing.value_of(each, "slug"), drawing.value_of(each, "lat"), drawing.value_of(each, "lon")]
        for each in districts or ()
    ]
    return json.dumps([each for each in found if each[1] not in (None, "")])


@register.filter
def field_in_our_look(field):
    """One field of any form."""
    return look(field.form)[field.name].as_field_group()


@register.filter
def first_id(field):
    """Where a link to this field leads: the first input of a group has a number of its own."""
    return f"{field.auto_id}_0" if field.use_fieldset and field.subwidgets else field.auto_id


@register.filter
def below(row, head):
    """Each cell of a row with the name of the column it stands below."""
    names = [*(head or ()), *[""] * len(row)]
    return list(zip(row, names, strict=False))


@register.filter
def tilemap(districts):
    """The districts with their place in the tile map, for the map components."""
    return drawing.district_tiles(districts or ())


@register.filter
def percent_of(value, maximum):
    """A share from 0 to 100, safe against nothing and zero."""
    try:
        return max(0, min(100, round(100 * float(value) / float(maximum or 100))))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0
