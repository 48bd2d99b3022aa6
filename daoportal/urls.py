"""The map of the site. Each app brings its own URLs."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path


def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read what is public; the admin and the API are for those who look for them."""
    return HttpResponse("User-agent: *\nDisallow: /admin/\nDisallow: /api/\n", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", robots, name="robots"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/auth/", include("allauth.headless.urls")),
    path("api/", include("daoportal.api_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("governance.urls")),
    path("", include("website.urls")),
]
handler400 = "website.views.errors.bad_request"
handler403 = "website.views.errors.permission_denied"
handler404 = "website.views.errors.not_found"
handler500 = "website.views.errors.server_error"
