"""Where django-ca's views answer (``djca``)."""

from django.urls import include, path

urlpatterns = [path("django_ca/", include("django_ca.urls"))]
