from django.urls import path

from .views import answering, effects

app_name = "pool_assignments"
urlpatterns = [
    path("aufgabe/<str:token>/", answering.task, name="task"),
    path("aufgabe/<str:token>/nein/", answering.decline, name="decline"),
    path("aufgabe/<str:token>/nicht-mehr/", answering.stop, name="stop"),
    path("wirkung/", effects.index, name="effects"),
    path("wirkung/<int:pk>/", effects.item, name="effect"),
]
