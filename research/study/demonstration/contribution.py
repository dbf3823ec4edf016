"""Made-up evidence on the links of the proposed theories of change, so that their pages show how it works."""

from simple_history.utils import bulk_create_with_history

from research.evidence.kinds import find
from research.evidence.models import EvidenceLink, Finding
from research.linkage.contribution.models import LinkAssumption, LinkEvidence, LinkRival, StepLink
from research.observations.models import Observation
from research.study.demonstration.visits import demonstration_uuid
from research.study.files import DIRECTORY, Record, read_records

FILE = DIRECTORY / "demonstration_contribution.yaml"


def ensure_contribution() -> int:
    """How many pieces of evidence were tied now. What a person withdrew from the theories, or took out of the
    demonstration, gets none."""
    rows = [row for number, record in enumerate(read_records(FILE)) if (row := _row(number, record))]
    there = set(LinkEvidence.objects.values_list("client_uuid", flat=True))
    missing = [row for row in rows if row.client_uuid not in there]
    bulk_create_with_history(missing, LinkEvidence)
    return len(missing)


def _row(number: int, record: Record) -> LinkEvidence | None:
    link = StepLink.objects.filter(key=record["link"]).first()
    if link is None:
        return None
    row = LinkEvidence(
        link=link, side=record["side"], note=record["note"], demonstration=True,
        client_uuid=demonstration_uuid(f"contribution:{number}"),
    )  # fmt: skip
    if "assumption" in record:
        row.assumption = LinkAssumption.objects.filter(link=link, key=record["assumption"]).first()
    if "rival" in record:
        row.rival = LinkRival.objects.filter(link=link, key=record["rival"]).first()
    if "finding" in record:
        uuid = demonstration_uuid(f"finding:{record['finding']}")
        row.finding = Finding.objects.filter(client_uuid=uuid).first()
        return row if row.finding else None
    seen = Observation.objects.filter(client_uuid=demonstration_uuid(f"observation:{record['observation']}")).first()
    item = find(EvidenceLink.Kind.OBSERVATION, [str(seen.pk)], None).get(str(seen.pk)) if seen else None
    if item is None or item.withdrawn:
        return None
    row.kind, row.key, row.seen = item.kind, item.key, item.seen
    return row
