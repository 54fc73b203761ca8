"""Words only the website's own templates need."""

from django import template
from django.utils.safestring import mark_safe

from .. import marks

register = template.Library()


@register.simple_block_tag
def marked(content):
    """Show what the city still has to fill in, visibly, wherever it stands in a text."""
    return mark_safe(marks.highlighted(content))  # noqa: S308 adds <mark> around text that is escaped already


@register.filter
def marked_text(text):
    """The same for one line of plain text."""
    from django.utils.html import escape

    return mark_safe(marks.highlighted(escape(text)))  # noqa: S308 escaped one call before
