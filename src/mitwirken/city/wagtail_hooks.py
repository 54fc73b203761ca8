"""The city's own data in the staff area: contacts of departments, topics, districts."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import Department, District, Topic


class Departments(SnippetViewSet):
    model = Department
    icon = "group"
    list_display = ["name", "email", "phone"]


class Topics(SnippetViewSet):
    model = Topic
    icon = "tag"
    list_display = ["name", "code"]


class Districts(SnippetViewSet):
    model = District
    icon = "site"
    list_display = ["name", "population"]
    exclude_form_fields = ["geometry", "facts"]


class City(SnippetViewSetGroup):
    items = (Departments, Topics, Districts)
    menu_label = _("City")
    menu_icon = "site"
    menu_order = 800


register_snippet(City)
