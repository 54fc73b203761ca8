from django.urls import path

from .views import numbers, short

app_name = "pool_sms"
urlpatterns = [
    path("einstellungen/<str:token>/sms/", numbers.give, name="on"),
    path("einstellungen/<str:token>/sms/code/", numbers.prove, name="code"),
    path("einstellungen/<str:token>/sms/aus/", numbers.take_back, name="off"),
    # As short as can be: every sign is paid for.
    path("sms/<str:key>", short.stop, name="stop"),
    path("a/<int:step>", short.offer, name="offer"),
]
