"""Every address of the site. Public ones are German and stable; see docs/architecture.md."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from mitwirken.pool.features import features
from mitwirken.portal import registry

modules = [
    path(f"vorhaben/<slug:project>/{module.slug}/<slug:step>/", include(module.urls)) for module in registry.modules()
]

pool_features = [path("mitmachpool/", include(feature.urls)) for feature in features() if feature.urls]

urlpatterns: list[URLPattern | URLResolver] = [
    path("styleguide/", include("mitwirken.ui.urls")),
    path("konto/", include("mitwirken.accounts.urls")),
    path("", include("mitwirken.city.urls")),
    path("mitmachbox/", include("mitwirken.box.urls")),
    path("mitmachpool/", include("mitwirken.pool.urls")),
    *pool_features,
    *modules,
    path("", include("mitwirken.portal.urls")),
    path("", include("mitwirken.evaluation.urls")),
    path("staff/", include(wagtailadmin_urls)),
    path("dokumente/", include(wagtaildocs_urls)),
    path("", include("mitwirken.website.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("mitwirken.demo.urls")))
if settings.DEBUG or settings.TESTING or settings.DEMO:
    # The editors' pictures only: documents and what people hand in go through views that ask for rights.
    urlpatterns += [
        path(f"media/{folder}/<path:path>", serve, {"document_root": settings.MEDIA_ROOT / folder})
        for folder in ("images", "original_images")
    ]
# Wagtail brings a form for passwords, without limit on tries; here there is one door and no password.
urlpatterns.append(path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)))
# Editors' own pages (legal texts, news …) come last: they may have any other address.
urlpatterns.append(path("", include(wagtail_urls)))

handler400 = "mitwirken.core.views.bad_request"
handler403 = "mitwirken.core.views.forbidden"
handler404 = "mitwirken.core.views.not_found"
handler500 = "mitwirken.core.views.server_error"
