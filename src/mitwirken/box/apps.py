from django.apps import AppConfig


class BoxConfig(AppConfig):
    name = "mitwirken.box"
    label = "box"
