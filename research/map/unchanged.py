"""A page that is the same as last time is not sent again: on a weak link a map is worth that."""

import re
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control

_MASKED = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def unless_unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The response with its ETag, or 304 where the reader has it already.

    The tag is made of what the page says, so it cannot be out of date. A form's token is masked anew each time; what is
    behind the mask counts in its place, so that no page with a former session's token is kept.
    """
    secret = str(request.META.get("CSRF_COOKIE", "")).encode()
    same = blake2b(_MASKED.sub(b"", response.content) + secret, digest_size=16)
    etag = f'"{same.hexdigest()}"'
    response.headers["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return get_conditional_response(request, etag=etag, response=response) or response
