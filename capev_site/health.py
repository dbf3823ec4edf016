"""Does the process live, and is the site able to answer? Asked by the launcher, a watchdog and a load balancer."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


@login_not_required
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all, whatever became of the database: a reason not to restart it."""
    return JsonResponse({"process": "ok"})


@login_not_required
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 {"database": "ok"} when the database answers, else 503 {"database": "down"}: a reason to send nobody here.

    Strangers learn no more. The broker does not count: what it misses, the database remembers.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503, headers={"Retry-After": "10"})
    return JsonResponse({"database": "ok"})
