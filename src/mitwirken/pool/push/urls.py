from django.urls import path

from .views import devices

app_name = "pool_push"
urlpatterns = [
    path("mitteilungen.js", devices.worker, name="worker"),
    path("einstellungen/<str:token>/geraet/", devices.switch_on, name="on"),
    path("einstellungen/<str:token>/geraet/aus/", devices.switch_off, name="off"),
]
