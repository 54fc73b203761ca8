from django.urls import path

from . import views

app_name = "pool_feeds"
urlpatterns = [
    path("abo/<str:token>/angebote.atom", views.atom, name="atom"),
    path("abo/<str:token>/termine.ics", views.calendar, name="calendar"),
    path("einstellungen/<str:token>/abo/", views.switch, name="switch"),
]
