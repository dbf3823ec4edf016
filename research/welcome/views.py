from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from research.welcome import actions
from research.welcome.policies import check_read_set_up
from research.welcome.queries import is_put_away, steps_for


@require_GET
@never_cache
def first_steps(request: HttpRequest) -> HttpResponse:
    """What is set up and what is not, with help; also for whoever put it away from the dashboard."""
    check_read_set_up(request.user)
    steps = steps_for(request.user)
    context = {
        "steps": steps,
        "done": sum(step.done for step in steps),
        "put_away": is_put_away(request.user),
    }
    return render(request, "research/welcome/first_steps.html", context)


@require_POST
def first_steps_shown(request: HttpRequest) -> HttpResponse:
    """`show=no` puts the steps away from the person's own dashboard, anything else brings them back."""
    check_read_set_up(request.user)
    user: Any = request.user
    if request.POST.get("show") == "no":
        actions.put_away(user)
        return redirect("home")
    actions.bring_back(user)
    return redirect("first-steps")
