"""Below ``/vorhaben/<project>/external/<step>/``."""

from django.urls import path

from . import views

app_name = "external"
urlpatterns = [path("", views.step, name="step")]
