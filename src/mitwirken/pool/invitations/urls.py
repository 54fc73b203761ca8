from django.urls import path

from .views import answering

app_name = "pool_invitations"
urlpatterns = [
    path("einladung/<str:token>/", answering.invitation, name="invitation"),
    path("einladung/<str:token>/angaben/", answering.more, name="more"),
    path("einladung/<str:token>/nicht-mehr/", answering.stop, name="stop"),
    path("einladung/<str:token>/termin.ics", answering.entry, name="entry"),
]
