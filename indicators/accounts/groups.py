"""Keeps one Django group per role, with the admin permissions that the role needs."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from indicators.accounts.roles import Role

# What an administrator maintains in the admin: accounts and reference data. Entries (visits, stock, observations)
# are left out: a technical account must not read or rewrite what the study collected.
MAINTAINED = {
    "indicators": [
        "user", "orgunit", "orgunitalias", "orgunitgroup", "orgunitgroupmembership", "formerparent", "source",
        "unitboundary", "namesetaside",
        "dataelement", "dataset", "datasetassignment", "importedindicator", "constant", "optioncombo",
        "denominator", "publishedfigure", "columnmapping", "dhis2server",
    ],
    "research": [
        "hub", "partner", "grant", "strategy", "typology", "studydistrict", "studysite", "assessmentfactor",
        "learningquestion", "subquestion", "evaluation", "evaluationquestion", "evaluationsite",
        "checklist", "checklistitem", "product",
    ],
}  # fmt: skip
# Read in the admin, never written there: who ran what, and with what result.
WATCHED = {"indicators": ["importrun", "refreshjob", "batch", "apitoken", "waitingrecord", "dhis2pull"]}


def connect(config: AppConfig) -> None:
    """Runs `sync_groups` after each migration of the last app, when all permissions exist."""
    post_migrate.connect(sync_groups, dispatch_uid="role-groups")


def sync_groups(sender: Any, using: str, **kwargs: Any) -> None:
    """Creates missing role groups and gives the administrators' group exactly its permissions."""
    if sender.name not in {"indicators", "research"}:
        return
    group_model = apps.get_model("auth", "Group")
    permission = apps.get_model("auth", "Permission")
    for role in Role:
        group_model.objects.using(using).get_or_create(name=role.value)
    wanted = [
        f"{action}_{model}"
        for models, actions in ((MAINTAINED, ("view", "add", "change", "delete")), (WATCHED, ("view",)))
        for names in models.values()
        for model in names
        for action in actions
    ]
    found = permission.objects.using(using).filter(
        content_type__app_label__in=["indicators", "research"], codename__in=wanted
    )
    group_model.objects.using(using).get(name=Role.ADMINISTRATOR.value).permissions.set(found)
