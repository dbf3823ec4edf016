from django.db import migrations
from django.db.models import F


def move(apps, schema_editor):
    """The one quote of an observation becomes the first of its quotes, with its history; what stood as entered waits for
    its review, and the demonstration's counts as reviewed."""
    observation = apps.get_model("research", "Observation")
    quote = apps.get_model("research", "Quote")
    records = apps.get_model("research", "HistoricalObservation")
    quote_records = apps.get_model("research", "HistoricalQuote")
    observation.objects.filter(demonstration=False).update(state="submitted", submitted_at=F("created_at"))
    observation.objects.filter(demonstration=True).update(
        state="approved", approved_version=F("version"), submitted_at=F("created_at"), reviewed_at=F("updated_at")
    )
    for row in observation.objects.exclude(quote="").iterator():
        moved = quote.objects.create(
            observation=row,
            text=row.quote,
            language=row.quote_language or "other",
            informant_role=row.informant_role,
            demonstration=row.demonstration,
        )
        for record in records.objects.filter(id=row.pk).exclude(quote="").order_by("history_date", "history_id"):
            quote_records.objects.create(
                id=moved.pk,
                observation_id=row.pk,
                order=1,
                text=record.quote,
                language=record.quote_language or "other",
                informant_role=record.informant_role,
                demonstration=record.demonstration,
                history_date=record.history_date,
                history_type=record.history_type,
                history_user_id=record.history_user_id,
                history_change_reason=record.history_change_reason,
            )


class Migration(migrations.Migration):
    dependencies = [("research", "0009_evidence_chain")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop, elidable=True)]
