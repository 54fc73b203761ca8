"""The site's addresses, and a provider's door as if one were configured."""

from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.urls import path
from django.utils.module_loading import import_string

urlpatterns = [
    path("rueckmeldung/postmark/", PostmarkTrackingWebhookView.as_view()),
    *import_string("mitwirken.config.urls.urlpatterns"),
]
