"""What all reading addresses have in common."""

from collections.abc import Collection
from typing import Any

from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.pagination import Pages
from indicators.api.parameters import check_known


class Reading(generics.GenericAPIView):
    """GET only; parameters are checked by name before anything is read. Answers belong to one account: no shared cache
    keeps them."""

    http_method_names = ["get", "head"]
    filter_backends = [DjangoFilterBackend]
    pagination_class: Any = Pages
    filterset_class: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_known(request.query_params, self.known_parameters())

    def known_parameters(self) -> Collection[str]:
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return {*filters, *(self.pagination_class.parameters if self.pagination_class else ())}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Content-Language"] = get_language() or ""
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class Listing(Reading, generics.ListAPIView):
    """A list, filtered and in pages."""


class Single(Reading, generics.RetrieveAPIView):
    """One row; 404 where there is none or the account may not meet it."""

    pagination_class = None

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)
