from django.urls import path

from .views import flyers

app_name = "pool_campaigns"
urlpatterns = [path("k/<slug:code>/", flyers.follow, name="follow")]
