"""The production settings with one more address: the bare Django JSON view that pages are measured against.

Settings and addresses in one module. The view stands behind the same middleware as every page; probes
(`/healthz`) do not, and would be another thing.
"""

from mitwirken.config.settings import *  # noqa: F403 settings are names of a module

ROOT_URLCONF = "_bare"


def __getattr__(name: str) -> object:
    """The addresses, made only when Django asks for them: settings must not import views."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.http import JsonResponse
    from django.urls import include, path

    return [path("bare", lambda request: JsonResponse({"status": "ok"})), path("", include("mitwirken.config.urls"))]
