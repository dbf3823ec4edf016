"""What the reading addresses answer: the shape of each row."""

from typing import Any

from rest_framework import serializers as s

from indicators.exchange.models import ImportRun
from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.registry.models import DataElement
from indicators.values.models import Batch, Denominator


class FormerParentAnswer(s.Serializer[Any]):
    uid = s.CharField(source="parent.uid", help_text="The unit that it stood below.")
    until = s.DateField(help_text="The last day there.")


class OrgUnitAnswer(s.ModelSerializer[OrgUnit]):
    parent = s.CharField(
        source="parent.uid", default=None, allow_null=True, help_text="Uid of the unit right above today."
    )
    path = s.SerializerMethodField(help_text="Uids from the country to the unit, each after a slash.")
    former_parents = FormerParentAnswer(many=True)

    class Meta:
        model = OrgUnit
        fields = [
            "uid",
            "code",
            "name",
            "level",
            "parent",
            "path",
            "opening_date",
            "closed_date",
            "former_parents",
            "demonstration",
        ]

    def get_path(self, unit: OrgUnit) -> str:
        return "".join(f"/{self.context['uids'][ancestor]}" for ancestor in unit.ancestor_ids)


class MemberAnswer(s.Serializer[Any]):
    uid = s.CharField(source="unit.uid")
    start = s.DateField(allow_null=True, help_text="null: always.")
    end = s.DateField(allow_null=True, help_text="null: still.")


class GroupAnswer(s.ModelSerializer[OrgUnitGroup]):
    members = MemberAnswer(many=True, source="seen")

    class Meta:
        model = OrgUnitGroup
        fields = ["key", "name_fr", "name_en", "members", "demonstration"]


class ElementAnswer(s.ModelSerializer[DataElement]):
    source = s.CharField(source="source.key", default=None, allow_null=True)
    data_sets = s.SlugRelatedField(slug_field="uid", many=True, read_only=True)

    class Meta:
        model = DataElement
        fields = [
            "uid", "code", "name_fr", "name_en", "concept", "value_type", "aggregation", "derivation", "data_sets",
            "source", "demonstration",
        ]  # fmt: skip


class BandAnswer(s.Serializer[Any]):
    start = s.FloatField(allow_null=True, help_text="Values from here up; null: from below everything.")
    name_fr = s.CharField()
    name_en = s.CharField()


class IndicatorAnswer(s.Serializer[Any]):
    """factor × Σ(sign × numerator) ÷ Σ(sign × denominator), or factor × the numerator where there is no denominator."""

    code = s.CharField()
    name_fr = s.CharField()
    name_en = s.CharField()
    short_fr = s.CharField()
    short_en = s.CharField()
    numerator = s.DictField(child=s.IntegerField(), help_text="Concept or population → sign.")
    denominator = s.DictField(child=s.IntegerField(), help_text="As the numerator; empty for counts.")
    factor = s.FloatField()
    unit = s.CharField()
    direction = s.CharField(help_text="Whether more is better.")
    annualisation = s.CharField(help_text="How a year's population becomes the target of a month or quarter.")
    source_fr = s.CharField()
    source_en = s.CharField()
    note_fr = s.CharField()
    note_en = s.CharField()
    author = s.CharField()
    checked_by = s.CharField()
    reviewed = s.DateField(allow_null=True)
    bands = BandAnswer(many=True)
    rival_of = s.CharField(
        help_text="Code of the definition that this one is another usage of; empty for one in its own right."
    )
    rivals = s.ListField(
        child=s.CharField(), help_text="Codes of the whole family, the definition in its own right first."
    )


class ValueAnswer(s.Serializer[Any]):
    data_element = s.CharField(help_text="Uid.")
    period = s.CharField(help_text="202501, 2025Q1, 2025.")
    org_unit = s.CharField(help_text="Uid.")
    category_option_combo = s.CharField(help_text="Uid.")
    attribute_option_combo = s.CharField(help_text="Uid.")
    value = s.FloatField(help_text="0 is zero; what is missing has no row.")
    batch = s.IntegerField(help_text="The write that last set it: see /batches and `since_batch`.")
    comment = s.CharField(help_text="What the reporting person wrote beside it; mostly empty.", allow_blank=True)
    demonstration = s.BooleanField(help_text="Made up, not a fact.")


class ReadingAnswer(s.Serializer[Any]):
    indicator = s.CharField(help_text="Code of the definition.")
    org_unit = s.CharField(help_text="Uid.")
    period = s.CharField()
    value = s.FloatField(allow_null=True, help_text="null: see `state`.")
    numerator = s.FloatField(allow_null=True)
    denominator = s.FloatField(allow_null=True, help_text="The target of the period; null for counts.")
    denominator_source = s.CharField(
        allow_null=True,
        help_text="Who gave the unit's own figure; null: summed from units below, or no population enters.",
    )
    state = s.ChoiceField(
        choices=["value", "missing", "not_expected", "not_applicable", "not_computable"],
        help_text="What the reading is.",
    )
    reason = s.CharField(help_text="More exactly: reported, zero, incomplete, reports_missing, not_asked, not_open, …")
    reason_text = s.CharField(help_text="The same as a sentence in the language of the account.")
    flags = s.ListField(child=s.CharField(), help_text="over_100, negative, incomplete, …")
    band = s.CharField(allow_null=True, help_text="What such a value is called, in the language of the account.")
    reported = s.IntegerField(allow_null=True, help_text="Unit-months with a report, of the scarcest part.")
    expected = s.IntegerField(
        allow_null=True, help_text="Unit-months in which a report was asked for; null: not known."
    )
    expected_months = s.IntegerField(help_text="Months counted.")
    demonstration = s.BooleanField(help_text="Made-up values are part of it.")


class DenominatorAnswer(s.ModelSerializer[Denominator]):
    org_unit = s.CharField(source="unit.uid")
    source = s.CharField(source="source.key")

    class Meta:
        model = Denominator
        fields = ["org_unit", "year", "kind", "value", "source", "preferred", "demonstration"]


class BatchAnswer(s.ModelSerializer[Batch]):
    class Meta:
        model = Batch
        fields = ["id", "origin", "label", "at", "demonstration"]


class ImportAnswer(s.ModelSerializer[ImportRun]):
    by = s.CharField(source="by.username", default=None, allow_null=True)

    class Meta:
        model = ImportRun
        fields = [
            "key", "state", "kind", "file_name", "size", "sha256", "valid_only", "by", "at", "finished_at", "undone_at",
            "batch", "read", "created", "updated", "unchanged", "deleted", "rejected", "waiting",
        ]  # fmt: skip
