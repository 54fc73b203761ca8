"""A small believable city for tests and the demo."""

from .models import CitySettings, Department, District, Topic


def department(**fields) -> Department:
    values = {
        "slug": "stadtplanung",
        "name": "Stadtplanungs- und Bauordnungsamt",
        "short_name": "Stadtplanung",
        "email": "planung@stadt.example",
        "phone": "0123 50-2200",
    } | fields
    return Department.objects.get_or_create(slug=values.pop("slug"), defaults=values)[0]


def district(**fields) -> District:
    values = {"slug": "nord", "name": "Nord", "population": 60_000, "lat": 51.53, "lon": 7.46} | fields
    return District.objects.get_or_create(slug=values.pop("slug"), defaults=values)[0]


def topic(**fields) -> Topic:
    values = {"code": "mobility", "name": "Mobilität"} | fields
    return Topic.objects.get_or_create(code=values.pop("code"), defaults=values)[0]


def city(**fields) -> CitySettings:
    settings = CitySettings.load()
    values = {"name": "Musterstadt", "email": "mitwirken@stadt.example", "phone": "0123 50-2000"} | fields
    for name, value in values.items():
        setattr(settings, name, value)
    settings.save()
    return settings
