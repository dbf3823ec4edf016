"""In which language a page answers: the visitor's own choice, then the account's, then French."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


def language_of(request: HttpRequest) -> str:
    """One of settings.LANGUAGES: the language cookie, else the signed-in user's `language`, else the site's language.

    Accept-Language is left out on purpose. Shared computers and cheap phones often arrive with a browser language that
    nobody chose; the hub works in French, and an address passed from hand to hand should open as the same page.
    """
    offered = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in offered:
        return chosen
    of_account = getattr(request.user, "language", "")
    return of_account if of_account in offered else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Stands after AuthenticationMiddleware, whose lazy `request.user` costs a query only when no cookie is set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response
