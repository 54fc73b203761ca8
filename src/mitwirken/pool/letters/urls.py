from django.urls import path

from .views import code

app_name = "pool_letters"
urlpatterns = [
    path("code/", code.code, name="code"),
    path("code/<str:typed>/", code.code, name="filled"),
]
