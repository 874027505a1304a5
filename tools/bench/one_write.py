"""What signing in is compared with: a Django view that writes one row and redirects, in a project as
``startproject`` makes it.

``granian --interface wsgi tools.bench.one_write:application`` serves it on the database of the libpq URL in
``SENIM_BENCH_DATABASE``. Its table goes away with the instance.
"""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from psycopg.conninfo import conninfo_to_dict

_where = conninfo_to_dict(os.environ["SENIM_BENCH_DATABASE"])
settings.configure(
    SECRET_KEY="of no use to anybody",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _where["dbname"],
            "USER": _where.get("user", ""),
            "PASSWORD": _where.get("password", ""),
            "HOST": _where.get("host", ""),
            "PORT": str(_where.get("port", "")),
            "CONN_MAX_AGE": 60,
        }
    },
)
django.setup()


class SignIn(models.Model):
    """One row, written by each request."""

    who = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        app_label = "one_write"


def sign_in(request: HttpRequest) -> HttpResponse:
    SignIn.objects.create(who=request.POST["who"], at=timezone.now())
    return redirect("/inside/")


urlpatterns = [path("sign-in/", sign_in)]
if SignIn._meta.db_table not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(SignIn)
connection.close()
application = WSGIHandler()
