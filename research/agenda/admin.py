from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from research.agenda import models


class PartnerInline(admin.StackedInline):
    model = models.Partner
    extra = 0
    autocomplete_fields = ["source"]


@admin.register(models.Hub)
class HubAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["acronym", "name", "country", "start", "end"]
    search_fields = ["acronym", "name_fr", "name_en"]
    autocomplete_fields = ["country", "source"]
    inlines = [PartnerInline]


@admin.register(models.Partner)
class PartnerAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "role", "hub"]
    list_filter = ["hub"]
    search_fields = ["name_fr", "name_en"]
    autocomplete_fields = ["hub", "source"]


@admin.register(models.Grant)
class GrantAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["acronym", "name", "start_year", "end_year"]
    search_fields = ["acronym", "name_fr", "name_en"]
    autocomplete_fields = ["source"]


@admin.register(models.Strategy)
class StrategyAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "parent", "start", "interventions", "districts", "order"]
    list_filter = [("parent", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["name_fr", "name_en", "description_fr", "description_en"]
    autocomplete_fields = ["parent", "source"]


@admin.register(models.Typology)
class TypologyAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "is_conflict", "order"]
    search_fields = ["name_fr", "name_en"]


class SiteInline(admin.TabularInline):
    model = models.StudySite
    extra = 0
    autocomplete_fields = ["unit", "source"]


@admin.register(models.StudyDistrict)
class StudyDistrictAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["unit", "typology", "context", "hub"]
    list_filter = ["typology", "hub"]
    list_select_related = ["unit", "typology", "hub"]
    search_fields = ["unit__name", "context_fr", "context_en"]
    autocomplete_fields = ["hub", "unit", "typology", "source"]
    inlines = [SiteInline]


@admin.register(models.StudySite)
class StudySiteAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["unit", "district", "order"]
    list_filter = ["district"]
    list_select_related = ["unit", "district__unit"]
    search_fields = ["unit__name", "district__unit__name"]
    autocomplete_fields = ["district", "unit", "source"]


@admin.register(models.AssessmentFactor)
class AssessmentFactorAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["text", "typology", "place", "order"]
    list_filter = ["typology", "place"]
    list_select_related = ["typology"]
    search_fields = ["text_fr", "text_en", "place"]
    autocomplete_fields = ["typology", "source"]


class SubQuestionInline(admin.StackedInline):
    model = models.SubQuestion
    extra = 0


@admin.register(models.LearningQuestion)
class LearningQuestionAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["number", "short", "hub"]
    list_display_links = ["short"]
    list_filter = ["hub", "grants"]
    search_fields = ["short_fr", "short_en", "text_fr", "text_en"]
    autocomplete_fields = ["hub", "grants", "strategies", "source"]
    inlines = [SubQuestionInline]


@admin.register(models.SubQuestion)
class SubQuestionAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["question", "number", "text"]
    list_filter = ["question"]
    list_select_related = ["question"]
    search_fields = ["text_fr", "text_en"]
    autocomplete_fields = ["question"]


@admin.register(models.LearningActivity)
class LearningActivityAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["title", "question", "method", "starts_on", "ends_on", "began_on", "done_on", "demonstration"]
    list_filter = ["method", "question", "partner", "demonstration"]
    list_select_related = ["question"]
    search_fields = ["title_fr", "title_en", "responsible"]
    autocomplete_fields = ["question", "part", "partner"]


@admin.register(models.UseCase)
class UseCaseAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["decision", "question", "decided_by", "needed_by", "demonstration"]
    list_filter = ["question", "demonstration"]
    list_select_related = ["question"]
    search_fields = ["decision_fr", "decision_en", "decided_by"]
    autocomplete_fields = ["question", "part"]


@admin.register(models.LearningResource)
class LearningResourceAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["title", "kind", "question", "reference", "withdrawn_on", "demonstration"]
    list_filter = ["kind", "question", "demonstration"]
    list_select_related = ["question"]
    search_fields = ["title_fr", "title_en", "reference", "url"]
    autocomplete_fields = ["question", "activity", "grant"]
    readonly_fields = ["file", "file_name", "sha256"]  # files are checked and kept by the pages of the agenda


@admin.register(models.Dissemination)
class DisseminationAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["event", "product", "planned_on", "held_on", "place", "demonstration"]
    list_filter = ["product", "questions", "demonstration"]
    search_fields = ["event_fr", "event_en", "audience_fr", "audience_en", "place"]
    autocomplete_fields = ["questions"]


@admin.register(models.QuestionIndicator)
class QuestionIndicatorAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["question", "code", "order"]
    list_filter = ["question"]
    list_select_related = ["question"]
    search_fields = ["code"]
    autocomplete_fields = ["question"]
