"""Sections become rows, «active» a state, «exposed from» a stage, and done visits get the scores that lists read."""

from django.db import migrations

_EARNED = {"yes": 1.0, "partial": 0.5, "no": 0.0}


def forwards(apps, schema_editor):
    _sections(apps)
    apps.get_model("research", "Checklist").objects.filter(active=True).update(state="published")
    apps.get_model("research", "Checklist").objects.filter(active=False).update(state="retired")
    stages = apps.get_model("research", "ExposureStage").objects
    for site in apps.get_model("research", "EvaluationSite").objects.exclude(exposed_from=None):
        stages.create(site=site, stage="first_use", began_on=site.exposed_from, source_id=site.source_id)
    _scores(apps)


def _sections(apps):
    sections = apps.get_model("research", "ChecklistSection").objects
    for item in apps.get_model("research", "ChecklistItem").objects.order_by("checklist", "order", "pk"):
        own = sections.filter(checklist_id=item.checklist_id)
        section = own.filter(name_fr=item.section_fr).first()
        if section is None:
            number = own.count() + 1
            names = {"name_fr": item.section_fr, "name_en": item.section_en}
            section = own.create(checklist_id=item.checklist_id, code=f"s{number}", order=number, **names)
        item.section = section
        item.save(update_fields=["section"])


def _scores(apps):
    items = apps.get_model("research", "ChecklistItem").objects
    scores = apps.get_model("research", "SectionScore").objects
    visits = apps.get_model("research", "SupervisionVisit").objects.filter(state="done").exclude(checklist=None)
    for visit in visits.iterator():
        answers = dict(visit.answers.values_list("item", "answer"))
        asked = list(items.filter(checklist_id=visit.checklist_id).order_by("order", "pk"))
        for section in [None, *dict.fromkeys(item.section_id for item in asked)]:
            part = [item for item in asked if section in (None, item.section_id)]
            scored = [item for item in part if answers.get(item.pk) in _EARNED]
            outside = sum(answers.get(item.pk) == "na" for item in part)
            scores.create(
                visit=visit,
                section_id=section,
                points=sum(_EARNED[answers[item.pk]] * item.weight for item in scored) if scored else None,
                possible=sum(item.weight for item in scored) if scored else None,
                scored=len(scored),
                not_applicable=outside,
                unanswered=len(part) - len(scored) - outside,
            )


class Migration(migrations.Migration):
    dependencies = [("research", "0003_coach2pev_evaluation")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
