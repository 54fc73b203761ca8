"""What every template may know about the city."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import CitySettings


def city(request: HttpRequest) -> dict[str, object]:
    """The city's settings as ``city``, read when a template first asks; Wagtail keeps them on the request."""
    return {"city": SimpleLazyObject(lambda: CitySettings.load(request_or_site=request))}
