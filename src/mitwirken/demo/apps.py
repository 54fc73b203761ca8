from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "mitwirken.demo"
    label = "demo"
