"""Made-up coding of the made-up observations, read from a file so that it can be read and mended."""

from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from research.coding.models import Code, CodedPassage
from research.observations.models import Observation
from research.study.demonstration.visits import demonstration_uuid
from research.study.files import DIRECTORY, read_records
from research.study.problems import StudyFileError

FILE = DIRECTORY / "demonstration_coding.yaml"


def ensure_passages() -> int:
    """How many passages were coded now. What a person has edited meanwhile, so that the words are gone, is left out.

    Raises StudyFileError where the file names an observation or a code that there is not.
    """
    records = read_records(FILE)
    codes = {code.key: code for code in Code.objects.filter(codebook__shipped=True).order_by("codebook__edition")}
    uuids = {record["observation"]: demonstration_uuid(f"observation:{record['observation']}") for record in records}
    observations = {row.client_uuid: row for row in Observation.objects.filter(client_uuid__in=uuids.values())}
    missing: dict[UUID, CodedPassage] = {}
    for record in records:
        code, row = codes.get(record["code"]), observations.get(uuids[record["observation"]])
        if code is None or row is None:
            name = record["observation"] if row is None else record["code"]
            problem = _("there is no «%(name)s» in the file %(file)s.") % {"name": name, "file": "codebooks"}
            raise StudyFileError(FILE.name, record["observation"], "code", problem)
        start = row.seen.find(record["words"])
        if start >= 0:
            guid = uuid5(row.client_uuid, f"{record['code']}:{record['words']}")
            missing[guid] = CodedPassage(
                guid=guid,
                observation=row,
                code=code,
                start=start,
                end=start + len(record["words"]),
                excerpt=record["words"],
                demonstration=True,
            )
    there = set(CodedPassage.objects.filter(guid__in=missing).values_list("guid", flat=True))
    made = [row for guid, row in missing.items() if guid not in there]
    CodedPassage.objects.bulk_create(made)
    return len(made)
