"""Addresses of the pages that belong to no app alone."""

from django.urls import path

from website.views import demo, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("help", pages.help_page, name="help"),
    path("check", pages.check, name="check"),
    path("language/<slug:code>", pages.language, name="language"),
    path("demo-wallet/people", demo.people, name="demo-people"),
    path("demo-wallet/node", demo.node, name="demo-node"),
]
