from django.urls import path

from .views import styleguide

app_name = "ui"
urlpatterns = [path("", styleguide, name="styleguide")]
