from datetime import date
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import User
from research.evaluations.changed import sites_changed
from research.evaluations.models import Evaluation, EvaluationQuestion, EvaluationSite, ExposureStage


class QuestionInline(admin.StackedInline):  # type: ignore[type-arg]
    model = EvaluationQuestion
    extra = 0
    autocomplete_fields = ["source"]


class SiteInline(admin.TabularInline):  # type: ignore[type-arg]
    model = EvaluationSite
    extra = 0
    autocomplete_fields = ["unit", "source"]


class StageInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ExposureStage
    extra = 0
    autocomplete_fields = ["source"]


@admin.register(Evaluation)
class EvaluationAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "code", "learning_question", "source", "order"]
    list_select_related = ["learning_question", "source"]
    search_fields = ["name", "code", "innovation_fr", "innovation_en"]
    autocomplete_fields = ["learning_question", "source"]
    inlines = [QuestionInline, SiteInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        sites_changed.send(EvaluationSite, sites=form.instance.sites.all(), by=cast(User, request.user))


@admin.register(EvaluationQuestion)
class EvaluationQuestionAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["evaluation", "number", "text_fr", "source"]
    list_filter = ["evaluation"]
    list_select_related = ["evaluation", "source"]
    search_fields = ["text_fr", "text_en"]
    autocomplete_fields = ["evaluation", "source"]


@admin.register(EvaluationSite)
class EvaluationSiteAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["unit", "evaluation", "exposed_from", "expected_from", "expected_to", "demonstration"]
    list_filter = ["evaluation", "demonstration"]
    list_select_related = ["unit", "evaluation"]
    search_fields = ["unit__name", "unit__aliases__name", "evaluation__name"]
    autocomplete_fields = ["evaluation", "unit", "source"]
    readonly_fields = ["demonstration"]
    inlines = [StageInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        sites_changed.send(EvaluationSite, sites=[form.instance], by=cast(User, request.user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvaluationSite]:
        return EvaluationSite.objects.with_exposure()

    @admin.display(description=_("exposed from"), ordering="exposed_from")
    def exposed_from(self, site: EvaluationSite) -> date | None:
        return site.exposed_from
