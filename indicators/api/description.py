"""How the interface describes itself: each operation with the errors it may answer, and none but our own addresses."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

PREFIX = "/api/v1/"


class OneProblem(serializers.Serializer[Any]):
    """What is wrong, and where."""

    code = serializers.CharField(help_text="Stable: for programs.")
    field = serializers.CharField(allow_null=True, help_text="The field or parameter at fault.")
    message = serializers.CharField(help_text="A sentence in the language of the account.")


class ProblemAnswer(OneProblem):
    """The first problem; `errors` has all of them where there are several."""

    errors = OneProblem(many=True, required=False)


ANSWERS = {
    "400": "A parameter is unknown, repeated or has no such value.",
    "401": "No access token and no session, or one that is unknown, revoked or expired.",
    "403": "The account may not do this.",
    "404": "There is no such thing, or the account may not meet it.",
    "405": "The address does not know this method.",
    "406": "The client accepts no format that is offered here.",
    "429": "Too many requests; `Retry-After` says how many seconds to wait.",
}


class Described(AutoSchema):  # type: ignore[misc]
    def get_operation_id(self) -> str:
        """Without dots, which are no names in many a language: `values_csv`."""
        name: str = super().get_operation_id()
        return name.replace(".", "_").removesuffix("_retrieve") if "." in name else name

    def get_filter_backends(self) -> list[Any]:
        """Files are filtered as lists are."""
        backends: list[Any] = self.view.filter_backends if getattr(self.view, "filterset_class", None) else []
        return backends

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, meaning in ANSWERS.items():
            if status not in bodies:
                answer = self._get_response_for_code(ProblemAnswer, status, ["application/json"], direction)
                bodies[status] = {**answer, "description": meaning}
        return bodies


def only_our_own(endpoints: list[Any], **_kwargs: Any) -> list[Any]:
    """The DHIS2-compatible addresses are described by DHIS2."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PREFIX)]
