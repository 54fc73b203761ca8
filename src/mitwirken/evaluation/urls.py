from django.urls import path

from . import views

app_name = "evaluation"
urlpatterns = [
    path("wirkung/", views.impact, name="impact"),
    path("wirkung/<int:step>/", views.results, name="results"),
    path("wirkung/<int:step>/zahlen.csv", views.numbers, name="numbers"),
    path("mitmach-check/<int:step>/", views.form, name="form"),
    path("mitmach-check/<int:step>/danke/", views.thanks, name="thanks"),
    path("mitmach-check/<int:step>/papier/", views.paper, name="paper"),
    path("mitmach-check/<int:step>/link/<slug:code>/", views.form, name="personal"),
]
