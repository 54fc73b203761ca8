"""Small addresses that pages and forms ask."""

from django.urls import path

from . import views

app_name = "city"
urlpatterns = [
    path("stadt/thema.css", views.theme, name="theme"),
    path("stadt/untertitel.vtt", views.captions, name="captions"),
    path("stadt/strasse/", views.street, name="street"),
]
