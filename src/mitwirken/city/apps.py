from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "mitwirken.city"
    label = "city"
