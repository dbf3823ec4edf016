"""Plain functions that build rows for tests; each takes what the test is about and invents the rest."""

from datetime import date
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone
from pypdf import PdfWriter

from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from indicators.models import DataElement, DataSet, DataSetAssignment, OptionCombo, Source, User
from indicators.periods import Period
from indicators.registry.data_set_actions import count_reports
from research.coach2pev.measures.codes import ALL as COACHING
from research.evidence.models import COMPONENTS
from research.medexis.episodes.days import CODES
from research.medexis.measures.codes import OWN as STOCK
from research.models import (
    Checklist,
    ChecklistItem,
    ChecklistSection,
    Coach,
    Coachee,
    Code,
    Codebook,
    CodedPassage,
    CompetencyDomain,
    CompetencyLevel,
    CompetencyRating,
    Evaluation,
    EvaluationQuestion,
    EvaluationSite,
    Finding,
    Hub,
    LearningQuestion,
    Observation,
    Product,
    Quote,
    StockReport,
    StudyDistrict,
    StudySite,
    SupervisionVisit,
    Typology,
)

_numbers = count(1)


def _uid(prefix: str) -> str:
    return f"{prefix}{next(_numbers):0{11 - len(prefix)}d}"


def a_source(**fields: Any) -> Source:
    number = next(_numbers)
    defaults = {"key": f"source-{number}", "title_fr": f"Source {number}", "title_en": f"Source {number}"}
    return Source.objects.create(**defaults | fields)


def a_unit(name: str = "", parent: OrgUnit | None = None, **fields: Any) -> OrgUnit:
    """An org unit with its path; level is its depth, 1 without a parent."""
    uid = fields.pop("uid", None) or _uid("U")
    unit = OrgUnit.objects.create(
        uid=uid, name=name or uid, parent=parent, level=parent.level + 1 if parent else 1, path="", **fields
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save()
    return unit


def an_element(concept: str = "", **fields: Any) -> DataElement:
    uid = fields.pop("uid", None) or _uid("E")
    defaults = {"name_fr": uid, "name_en": uid, "value_type": "NUMBER", "concept": concept}
    return DataElement.objects.create(uid=uid, **defaults | fields)


def the_default_combo() -> OptionCombo:
    return OptionCombo.objects.get_or_create(uid=OptionCombo.DEFAULT_UID, defaults={"name": "default"})[0]


def a_user(*roles: Role, districts: list[OrgUnit] | None = None, **fields: Any) -> User:
    """An account with these roles; its name is `person<n>`, its password `a long test password`."""
    user = User.objects.create_user(
        fields.pop("username", f"person{next(_numbers)}"), password="a long test password", **fields
    )
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    user.districts.set(districts or [])
    return user


def a_day(text: str = "2025-09-15") -> date:
    return date.fromisoformat(text)


def the_hub() -> Hub:
    """The one hub of a test, in its country; made when first asked for."""
    hub = Hub.objects.first()
    if hub:
        return hub
    names = {"acronym": "HUB", "name_fr": "Centre", "name_en": "Hub", "key": "hub"}
    span = {"start": a_day("2022-11-01"), "end": a_day("2025-12-31")}
    return Hub.objects.create(country=a_unit("Pays"), source=a_source(), **names, **span)


def a_study_district(name: str = "", *, conflict: bool = False) -> StudyDistrict:
    """A study district below the hub's country, of the conflict typology or of another."""
    key = "conflict" if conflict else "other"
    typology, _ = Typology.objects.get_or_create(
        key=key, defaults={"name_fr": key, "name_en": key, "is_conflict": conflict}
    )
    hub = the_hub()
    return StudyDistrict.objects.create(
        hub=hub, unit=a_unit(name, hub.country), typology=typology, context_fr=key, context_en=key, source=hub.source
    )


def a_study_site(name: str = "", *, district: StudyDistrict | None = None, conflict: bool = False) -> StudySite:
    """A CSCom of the study, in a district of its own unless one is given."""
    district = district or a_study_district(conflict=conflict)
    return StudySite.objects.create(
        district=district, unit=a_unit(name, district.unit), order=next(_numbers), source=district.source
    )


def a_learning_question(**fields: Any) -> LearningQuestion:
    number, hub = next(_numbers), the_hub()
    texts = {"text_fr": f"Question {number} ?", "text_en": f"Question {number}?"}
    shorts = {"short_fr": f"Sujet {number}", "short_en": f"Topic {number}"}
    return LearningQuestion.objects.create(
        **{"hub": hub, "number": number, "source": hub.source, **texts, **shorts} | fields
    )


def an_evaluation(code: str = "coach2pev", **fields: Any) -> Evaluation:
    """The evaluation of that code, made when first asked for; its learning question is its own unless one is given."""
    if stored := Evaluation.objects.filter(code=code).first():
        return stored
    if "learning_question" not in fields:
        fields["learning_question"] = a_learning_question()
    texts = {"innovation_fr": "innovation", "innovation_en": "innovation", "source": the_hub().source}
    return Evaluation.objects.create(**{"code": code, "name": code.title(), **texts} | fields)


def an_evaluation_question(evaluation: Evaluation | None = None) -> EvaluationQuestion:
    evaluation, number = evaluation or an_evaluation(), next(_numbers)
    texts = {"text_fr": f"Comment {number} ?", "text_en": f"How {number}?"}
    return EvaluationQuestion.objects.create(evaluation=evaluation, number=number, source=evaluation.source, **texts)


def an_observation(**fields: Any) -> Observation:
    """A row as it stands in the database, whatever the rules would say; `log_observation` is what people do.

    Submitted unless another state is asked for; approved in its version. `quote`: the words of its only quote.
    """
    if "site" not in fields:
        fields["site"] = a_study_site().unit
    question = fields.pop("evaluation_question", None) or an_evaluation_question()
    fields.setdefault("learning_question", question.evaluation.learning_question)
    said = fields.pop("quote", "")
    if fields.setdefault("state", "submitted") == "approved":
        fields = {"approved_version": fields.get("version", 1), "reviewed_at": timezone.now()} | fields
    row = Observation.objects.create(
        **{"observed_on": a_day(), "seen": "Le frigo marche."} | fields, evaluation_question=question
    )
    if said:
        a_quote(row, text=said)
    return row


def a_quote(observation: Observation | None = None, **fields: Any) -> Quote:
    """A quote of the observation, after those that it has."""
    observation = observation or an_observation()
    order = observation.quotes.count() + 1
    words = {"text": "Ça va.", "language": "fr", "informant_role": "vaccinateur", "order": order}
    return Quote.objects.create(
        **words | {"demonstration": observation.demonstration} | fields, observation=observation
    )


def a_followed_site(code: str = "coach2pev", unit: OrgUnit | None = None, **fields: Any) -> EvaluationSite:
    """A site that the evaluation of that code follows, in a district of its own unless the unit is given."""
    evaluation, unit = an_evaluation(code), unit or a_study_site().unit
    return EvaluationSite.objects.create(evaluation=evaluation, unit=unit, source=evaluation.source, **fields)


def the_process_elements() -> dict[str, DataElement]:
    """The data elements of the process measures, by code; without them no visit and no stock can be entered."""
    codes = [*COACHING, *STOCK, *CODES.values()]
    return {code: DataElement.objects.filter(code=code).first() or an_element(code, code=code) for code in codes}


def a_checklist(*weights: int, section: str = "Froid", **fields: Any) -> Checklist:
    """A checklist with one item for each weight, all of one section."""
    number = next(_numbers)
    names = {"key": f"liste-{number}", "name_fr": f"Liste {number}", "name_en": f"Checklist {number}"}
    checklist = Checklist.objects.create(**{"state": "published"} | names | fields)
    part = ChecklistSection.objects.create(checklist=checklist, code="s1", name_fr=section, name_en=section)
    for order, weight in enumerate(weights or (1, 2)):
        texts = {"text_fr": f"Point {order}", "text_en": f"Item {order}"}
        numbers = {"weight": weight, "order": order}
        ChecklistItem.objects.create(checklist=checklist, section=part, code=f"i{order}", **numbers, **texts)
    return checklist


def a_visit(**fields: Any) -> SupervisionVisit:
    """A row as it stands in the database: done on `a_day()` unless said otherwise; no measure is published."""
    if "site" not in fields:
        fields["site"] = a_followed_site().unit
    done = {"state": "done", "done_on": a_day()}
    return SupervisionVisit.objects.create(**(fields if "state" in fields else done | fields))


def a_product(**fields: Any) -> Product:
    number = next(_numbers)
    names = {"key": f"produit-{number}", "name_fr": f"Produit {number}", "name_en": f"Product {number}"}
    return Product.objects.create(**names | {"order": number} | fields)


def a_stock_report(period: str = "202509", **fields: Any) -> StockReport:
    """A row as it stands in the database, without lines; no measure is published."""
    if "site" not in fields:
        fields["site"] = a_followed_site("medexis").unit
    defaults = {"period": Period.parse(period).code, "received_on": a_day("2025-10-03")}
    return StockReport.objects.create(**defaults | fields)


def a_clerk_of(site: OrgUnit, **fields: Any) -> User:
    """A clerk who enters what happens in the site's district."""
    assert site.parent is not None
    return a_user(Role.CLERK, districts=[site.parent], **fields)


def a_data_set(elements: list[DataElement], units: list[OrgUnit], **fields: Any) -> DataSet:
    """A monthly data set of these elements, asked of these units, with the elements that count its reports."""
    uid = fields.pop("uid", None) or _uid("D")
    defaults = {"name_fr": uid, "name_en": uid, "frequency": "Monthly", "timely_days": 10}
    data_set = DataSet.objects.create(uid=uid, **defaults | fields)
    data_set.elements.set(elements)
    DataSetAssignment.objects.bulk_create(DataSetAssignment(data_set=data_set, unit=unit) for unit in units)
    count_reports(data_set)
    return data_set


def a_coach(**fields: Any) -> Coach:
    return Coach.objects.create(**{"code": f"coach-{next(_numbers)}", "role": "superviseur"} | fields)


def a_coachee(site: OrgUnit, **fields: Any) -> Coachee:
    return Coachee.objects.create(**{"code": f"agent-{next(_numbers)}", "role": "vaccinateur", "site": site} | fields)


def a_domain(**fields: Any) -> CompetencyDomain:
    number = next(_numbers)
    names = {"key": f"domaine-{number}", "name_fr": f"Domaine {number}", "name_en": f"Domain {number}"}
    return CompetencyDomain.objects.create(**{"order": number} | names | fields)


def the_scale(highest: int = 4) -> list[CompetencyLevel]:
    """The levels from 0 up; made when first asked for."""
    for value in range(highest + 1):
        names = {"label_fr": f"niveau {value}", "label_en": f"level {value}"}
        CompetencyLevel.objects.get_or_create(value=value, defaults=names)
    return list(CompetencyLevel.objects.all())


def a_rating(
    visit: SupervisionVisit, coachee: Coachee, domain: CompetencyDomain, level: int, **fields: Any
) -> CompetencyRating:
    """A row as it stands in the database, by the visit's own coach; the person is put down as coached."""
    the_scale()
    visit.people.add(coachee)
    who = {"visit": visit, "coachee": coachee, "domain": domain, "coach": visit.coach}
    return CompetencyRating.objects.create(**who | {"level_id": level} | fields)


def a_finding(**fields: Any) -> Finding:
    """A draft with a French statement; `approved=True` makes it whole and approved in its version."""
    if "learning_question" not in fields:
        fields["learning_question"] = a_learning_question()
    if fields.pop("approved", False):
        levels = dict.fromkeys((*COMPONENTS, "confidence"), "moderate")
        reasons = {f"{name}_reason": "Deux sites sur huit." for name in levels}
        review = {"state": "approved", "approved_version": fields.get("version", 1), "reviewed_at": timezone.now()}
        fields = {"statement_en": "Coaching helps.", **levels, **reasons, **review} | fields
    return Finding.objects.create(**{"statement_fr": "Le coaching aide."} | fields)


def a_pdf(**told: str) -> bytes:
    """A PDF of one empty page; `told`: its properties, by name."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({f"/{name}": value for name, value in told.items()})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def a_codebook(*codes: str, **fields: Any) -> Codebook:
    """A codebook in use with codes of these keys; without any, one code."""
    number = next(_numbers)
    texts = {"key": f"guide-{number}", "name_fr": f"Guide {number}", "name_en": f"Codebook {number}"}
    codebook = Codebook.objects.create(**{**texts, "state": "published"} | fields)
    for key in codes or ("code",):
        a_code(key, codebook)
    return codebook


def a_code(key: str = "", codebook: Codebook | None = None, **fields: Any) -> Code:
    """A code of the codebook, after those that it has."""
    codebook, key = codebook or a_codebook(), key or f"code-{next(_numbers)}"
    texts = {"name_fr": key.title(), "name_en": key.title(), "order": codebook.codes.count() + 1}
    return Code.objects.create(**texts | fields, key=key, codebook=codebook)


def a_passage(words: str, code: Code, observation: Observation, coder: User | None = None, **fields: Any) -> Any:
    """The first place of these words in the note, or in `quote`, with the code."""
    quote = fields.get("quote")
    start = (quote.text if quote else observation.seen).index(words)
    place = {"start": start, "end": start + len(words), "excerpt": words}
    return CodedPassage.objects.create(**place | fields, observation=observation, code=code, coder=coder)
