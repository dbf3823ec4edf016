"""Observations written by programs: a phone that was out of reach sends them when it can, as often as it has to."""

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.accounts.models import User
from indicators.api.description import ProblemAnswer
from indicators.api.errors import Refused, problem
from indicators.api.reading import Reading
from research.observations.actions import edit_observation, log_once, says_already
from research.observations.api.record import ChangedRecord, ObservationRecord, SentRecord, form_of, refusals
from research.observations.models import Observation
from research.observations.opened import open_observation
from research.observations.policies import can_read, check_edit, check_log
from research.observations.queries import readable_by
from research.revisions import Conflict


class ConflictAnswer(ProblemAnswer):
    stored = ObservationRecord(allow_null=True, help_text="What is stored; null: the account may not read it.")


_CONFLICT = OpenApiResponse(ConflictAnswer, "Something else is stored. Nothing was written.")
_INVALID = OpenApiResponse(ProblemAnswer, "What is wrong, by field; a quote's as `quotes.0.text`.")


class Observations(Reading):
    http_method_names = ["post"]
    queryset = Observation.objects.none()
    serializer_class = ObservationRecord
    pagination_class = None

    @extend_schema(
        tags=["observations"],
        summary="A new observation",
        description="The same record again answers 200 and stores nothing; another text under its `client_uuid` 409.",
        request=SentRecord,
        responses={201: ObservationRecord, 200: ObservationRecord, 400: _INVALID, 409: _CONFLICT},
    )
    def post(self, request: Request) -> Response:
        user = _writer(request)
        sent = _valid(SentRecord(data=request.data))
        note = _note(sent, user)
        try:
            row, new = log_once(by=user, client_uuid=sent["client_uuid"], submit=sent["submit"], **note)
        except Conflict as conflict:
            return _conflict(conflict, user)
        except ValidationError as error:
            raise _refused(error) from None
        return Response(_answer(row, user), status=201 if new else 200)


class OneObservation(Reading):
    http_method_names = ["get", "head", "put"]
    queryset = Observation.objects.none()
    serializer_class = ObservationRecord
    pagination_class = None
    lookup_field = "client_uuid"

    @extend_schema(tags=["observations"], summary="One observation")
    def get(self, request: Request, client_uuid: UUID) -> Response:
        return Response(ObservationRecord(open_observation(request.user, client_uuid=client_uuid)).data)

    @extend_schema(
        tags=["observations"],
        summary="An observation, changed",
        description="Takes the whole record, with the `version` that was read; another one stored by now answers 409. "
        "The same change again answers 200 and stores nothing.",
        request=ChangedRecord,
        responses={
            200: ObservationRecord,
            400: _INVALID,
            409: _CONFLICT,
            428: OpenApiResponse(ProblemAnswer, "`version` is missing."),
        },
    )
    def put(self, request: Request, client_uuid: UUID) -> Response:
        user = _writer(request)
        row = get_object_or_404(readable_by(user), client_uuid=client_uuid)
        check_edit(user, row)
        sent = _valid(ChangedRecord(data=request.data))
        if sent.get("client_uuid", client_uuid) != client_uuid:
            raise Refused("wrong_uuid", _("The address names another observation."), field="client_uuid")
        if "version" not in sent:
            raise Refused("version_needed", _("Say which version you read."), field="version", status=428)
        note = _note(sent, user, readable_by(user).get(pk=row.pk))
        try:
            row = edit_observation(row, by=user, version=sent["version"], submit=sent["submit"], **note)
        except Conflict as conflict:
            if not says_already(conflict.stored, by=user, **note):
                return _conflict(conflict, user)
            row = conflict.stored
        except ValidationError as error:
            raise _refused(error) from None
        return Response(_answer(row, user))


def _writer(request: Request) -> User:
    try:
        check_log(request.user)
    except PermissionDenied as refused:
        raise Refused("permission_denied", str(refused), status=403) from None
    return cast(User, request.user)


def _valid(record: s.Serializer[Any]) -> dict[str, Any]:
    record.is_valid(raise_exception=True)
    return cast(dict[str, Any], record.validated_data)


def _note(sent: dict[str, Any], user: User, instance: Observation | None = None) -> dict[str, Any]:
    """What the actions take. Raises what the form of the page would say."""
    form = form_of(sent, user=user, instance=instance)
    if not form.is_valid():
        raise s.ValidationError(refusals(form))
    return form.note()


def _refused(error: ValidationError) -> s.ValidationError:
    return s.ValidationError(getattr(error, "message_dict", {"__all__": error.messages}))


def _conflict(conflict: Conflict, user: User) -> Response:
    stored = _answer(conflict.stored, user) if can_read(user, conflict.stored) else None
    said = problem("conflict", _("Something else is stored by now. Nothing was overwritten."))
    return Response({**said, "stored": stored}, status=409)


def _answer(row: Observation, user: User) -> dict[str, Any]:
    return cast(dict[str, Any], ObservationRecord(readable_by(user).get(pk=row.pk)).data)
