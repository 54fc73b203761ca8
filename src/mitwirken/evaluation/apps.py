from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "mitwirken.evaluation"
    label = "evaluation"
