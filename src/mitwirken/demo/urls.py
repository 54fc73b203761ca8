from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("", views.start, name="start"),
    path("post/", views.mailbox, name="mailbox"),
    path("post/<slug:name>/", views.mail, name="mail"),
    path("anmelden/", views.sign_in, name="sign_in"),
]
