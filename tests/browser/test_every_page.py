"""Every page as an evaluation lead meets it on a phone: nothing to push sideways, little to load, no other host, and
nothing that keeps out who sees little, uses a keyboard or has the page read aloud."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.coach2pev.checklists.actions import new_version
from research.linkage.plans.run import ask, run
from research.linkage.screening.actions import ask as screen_places
from research.linkage.screening.actions import work as make_screening
from research.linkage.screening.models import ScreeningRun
from research.models import (
    CardLine,
    Checklist,
    ChoiceList,
    Coach,
    Coachee,
    CompetencyDomain,
    CompetencyLevel,
    ExposureStage,
    Finding,
    ImprovementAction,
    LearningActivity,
    LearningQuestion,
    LinkEvidence,
    Observation,
    OrderLine,
    Product,
    StaffCount,
    StockOrder,
    StockOut,
    StockOutEpisode,
    StockReport,
    SupervisionVisit,
    VisitPlan,
)
from tests.browser.accessible import violations
from tests.browser.scene import fits, french, place, sign_in, the_study_with_its_demonstration
from tests.builders import a_product, a_user
from tests.coding.addresses import STEPS as CODING_STEPS
from tests.coding.addresses import of_coding
from tests.editions.given import an_edition
from tests.editions.given import frozen as a_frozen_edition
from tests.linkage.annotations.test_annotations import an_annotation
from tests.linkage.plans.plans import a_draft, a_locked
from tests.medexis.cards import a_card_line, a_lot
from tests.medexis.stock_files import a_stock_file
from tests.ops.test_urls import PUBLIC, SIGNED_IN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEAVIEST = 100_000  # bytes on the wire, with everything that the page loads by itself
# Who is signed in is led from the login page to the dashboard; downloads are files.
FILES = {
    f"{page}-{kind}" for page in ("explorer", "denominators", "indicator-rivals", "quality") for kind in ("csv", "xlsx")
}
# Pages of one import are met with an import of each kind (tests/imports).
OF_AN_IMPORT = {
    f"import-{name}"
    for name in ("list-csv", "problems-csv", "detail", "mapping", "mapping-change", "commit", "drop", "undo", "name")
}
# Steps that are sent, a file, and a page that is met with a file of submissions.
OF_CHECKLISTS = {"checklist-step", "section-move", "item-move", "checklist-xlsform", "submission-check"}
OF_FINDINGS = {"finding-step", "finding-settle", "finding-link-remove"}
OF_OBSERVATIONS = {
    "observation-step",
    "observation-discard",
    "attachment-create",
    "attachment-file",
    "attachment-remove",
}
OF_A_KIND = {"plan-list", "plan-create", "plan-detail", "plan-edit", "saved-view-create"}
OF_THE_PLAN = {"plan-file", "saved-view-remove"}
OF_ACCOUNTS = {
    "admin-sign-in",
    "sign-in-code",
    "printed-codes",
    "second-factor-remove",
    "end-sessions",
    "invitation-step",
}
OF_ACTIONS = {f"action-{step}" for step in ("agree", "step", "comment", "evidence", "evidence-file")}
OF_ANALYSES = {f"analysis-{step}" for step in (
    "version-discard", "version-lock", "version-run", "result-file", "result-void"
)}  # fmt: skip
NO_PAGES = {
    "logout", "alive", "health", "login", "service-worker", "manifest", "dhis2-pull", "token-revoke",
    *CODING_STEPS, *OF_CHECKLISTS, *OF_ACTIONS, *OF_FINDINGS,
    *OF_OBSERVATIONS, *OF_THE_PLAN, *OF_ACCOUNTS,
    *FILES, *OF_AN_IMPORT, *OF_ANALYSES, "theory-adopt", "theory-part-step",
    "joint-display-csv", "annotation-withdraw", "approval-open", "approval-step",
    "first-steps-shown", "edition-redraw", "edition-step", "edition-publish", "edition-content",
}  # fmt: skip


def pages() -> dict[str, str]:
    """Name of the route → the address of its fullest page; the grid of stock stands beside the choice of a month."""
    site = place("Pelengana Nord").pk
    visit = SupervisionVisit.objects.filter(site=site, answers__isnull=False).first()
    report = StockReport.objects.filter(site=site).first()
    stock_out = StockOut.objects.first()
    observation = Observation.objects.filter(site=site).first()
    stage = ExposureStage.objects.filter(site__unit=site).first()
    assert visit
    assert visit.checklist
    begun = SupervisionVisit.objects.create(
        site_id=site, state="in_progress", done_on=visit.done_on, checklist=visit.checklist
    )
    section = visit.checklist.sections.first()
    assert section
    assert report
    assert stock_out
    assert observation
    assert stage
    values: dict[str, dict[str, Any]] = {
        "evaluation-detail": {"code": "coach2pev"},
        "exposure": {"code": "coach2pev"},
        "exposure-stage-create": {"code": "coach2pev"},
        "exposure-stage-edit": {"code": "coach2pev", "pk": stage.pk},
        "exposure-plan": {"code": "coach2pev", "pk": site},
        "indicator-detail": {"code": "dtp1_coverage"},
        "number-detail": {"code": "dtp1_coverage", "unit": site, "period": "2025Q2"},
        "quality-flags": {"rule": "over_100"},
        "question-detail": {"number": 8},
        "site-detail": {"pk": site},
        "visit-detail": {"pk": visit.pk},
        "visit-edit": {"pk": visit.pk},
        "visit-report": {"pk": visit.pk},
        **{f"visit-{page}": {"pk": begun.pk} for page in ("fill", "about", "talk", "finish")},
        "visit-section": {"pk": begun.pk, "section": section.code},
        "visit-ratings": {"pk": visit.pk},
        "visit-plan": {"pk": VisitPlan.objects.values_list("pk", flat=True)[0]},
        "register-check": {"pk": visit.pk},
        "site-scorecard": {"pk": site},
        "site-stock": {"pk": site},
        **of_an_order(site),
        "action-detail": {"pk": ImprovementAction.objects.filter(state="claimed").values_list("pk", flat=True)[0]},
        **people_of_coaching(),
        **of_a_checklist(visit.checklist),
        **of_a_stock_card(site),
        "stock-detail": {"pk": report.pk},
        "approval-detail": {"kind": "stock_report", "key": report.pk},
        "stock-out-edit": {"pk": stock_out.pk},
        "stock-file-detail": {"pk": a_stock_file().pk},
        **{name: {"key": "penta"} for name in ("product-detail", "product-offers", "product-norm")},
        "stock-out-episode": {"pk": StockOutEpisode.objects.values_list("pk", flat=True)[0]},
        "observation-detail": {"pk": observation.pk},
        "observation-edit": {"pk": observation.pk},
        **of_a_finding(),
        **of_coding(observation),
        **of_an_analysis(site),
        **of_a_theory(),
        "screening-detail": {"pk": a_screening(site).pk},
        **{f"annotation-{page}": {"pk": an_annotation(OrgUnit.objects.get(pk=site)).pk} for page in ("detail", "edit")},
    }
    found = {
        name: reverse(name, kwargs=values.get(name, {}))
        for name in (PUBLIC | SIGNED_IN) - NO_PAGES - OF_A_KIND - {"edition-section-edit"}
    }
    for view in ("trend", "control"):
        found[f"explorer-{view}"] = f"{reverse('explorer')}?view={view}&show=below"
    days = {"first": timezone.localdate(), "last": timezone.localdate() + timedelta(days=20)}
    found["planner-draw"] = (
        f"{reverse('visit-planner')}?{urlencode({**days, 'method': 'random', 'number': 3, 'seed': 1})}"
    )
    found["explorer-map"] = f"{reverse('explorer')}?view=map"
    found["medexis"] = reverse("evaluation-detail", args=["medexis"])
    chosen = {"site": site, "product": Product.objects.get(key="penta").pk, "mois": "202506"}
    found["stock-definitions-of"] = f"{reverse('stock-definitions')}?{urlencode(chosen)}"
    found["stock-grid"] = f"{reverse('stock-entry')}?site={site}&mois=202506"
    card = {"site": site, "produit": CardLine.objects.values_list("card__product", flat=True)[0]}
    found["card-lines"] = f"{reverse('card-line-create')}?{urlencode(card)}"
    planned = LearningActivity.objects.create(question=LearningQuestion.objects.get(number=8), title_fr="Enquête")
    for name in ("plan-list", "plan-create", "plan-detail", "plan-edit"):
        more = {"pk": planned.pk} if name in {"plan-detail", "plan-edit"} else {}
        found[name] = reverse(name, kwargs={"kind": "activites", **more})
    found["saved-view-create"] = f"{reverse('saved-view-create')}?{urlencode({'to': found['observation-list']})}"
    found["search-found"] = f"{reverse('search')}?q=rupture"
    found["memo-create"] = f"{reverse('memo-create')}?question=8"
    finding = values["finding-detail"]["pk"]
    found["evidence-found"] = f"{reverse('finding-link-create', args=[finding])}?kind=quote"
    found |= of_an_edition()
    found["chain-of-a-finding"] = reverse("chain", args=["finding", finding])
    found["observations-found"] = f"{reverse('observation-list')}?evaluation=coach2pev"
    return found


def of_a_finding() -> dict[str, dict[str, Any]]:
    """Addresses of a finding that was used, of what belongs to it, and of a piece of its evidence."""
    finding = Finding.objects.filter(uses__isnull=False, rivals__isnull=False).first()
    assert finding
    named = ("detail", "edit", "link-create", "use-create")
    link = finding.links.filter(kind="observation")[0]
    return {
        **{f"finding-{name}": {"pk": finding.pk} for name in named},
        "finding-part-create": {"pk": finding.pk, "what": "hypotheses"},
        "finding-part-edit": {"pk": finding.rivals.all()[0].pk, "what": "rivales"},
        "finding-use-edit": {"pk": finding.uses.all()[0].pk},
        **{name: {"kind": link.kind, "key": link.key} for name in ("evidence-use", "chain")},
    }


def of_an_edition() -> dict[str, str]:
    """Addresses of a frozen edition, of its restatements and of a part of a draft, drawn from the demonstration."""
    kept, draft = a_frozen_edition(), an_edition(a_user(Role.LEAD))
    found = {f"edition-{name}": reverse(f"edition-{name}", args=[kept.pk]) for name in ("detail", "restatements")}
    found["edition-draft"] = reverse("edition-detail", args=[draft.pk])
    return {**found, "edition-section-edit": reverse("edition-section-edit", args=[draft.pk, "trends"])}


def of_an_analysis(site: int) -> dict[str, dict[str, Any]]:
    """Addresses of a plan, of a draft of it, and of the result of its first version, computed here."""
    by, unit = a_user(Role.LEAD), OrgUnit.objects.get(pk=site)
    locked = a_locked(by, [unit], outcome="dtp1_coverage", first="2024Q1", last="2025Q4")
    asked = ask(locked, by=by)
    run(asked.pk)
    draft = a_draft(by, [unit], locked.plan)
    of_the_plan = {f"analysis-{name}": {"pk": locked.plan_id} for name in ("detail", "edit", "version-create")}
    of_the_draft = {f"analysis-{name}": {"pk": draft.pk} for name in ("version", "version-edit")}
    return {**of_the_plan, **of_the_draft, "analysis-result": {"pk": asked.pk}}


def a_screening(site: int) -> ScreeningRun:
    """A screening of the site's district, made here."""
    unit = OrgUnit.objects.get(pk=site).parent
    assert unit
    months: dict[str, Any] = {"first": Period.parse("202401"), "last": Period.parse("202512"), "evaluation": None}
    made = screen_places(by=a_user(Role.LEAD), unit=unit, indicators=["dtp1_coverage"], **months)
    assert make_screening(made.pk)
    return made


def of_a_theory() -> dict[str, dict[str, Any]]:
    """Addresses of the fullest of the proposed theories, and of a link of it to which something is tied."""
    tied = LinkEvidence.objects.filter(assumption__isnull=False).first()
    assert tied
    whole, link = {"pk": tied.link.theory_id}, {"pk": tied.link_id}
    return {
        "theory-detail": whole, "theory-story": whole, "theory-link": link, "theory-evidence-create": link,
        "theory-evidence-remove": {"pk": tied.pk}, "theory-part-create": {"what": "liens", **whole},
        "theory-part-edit": {"what": "liens", **link},
    }  # fmt: skip


def of_a_stock_card(site: int) -> dict[str, dict[str, Any]]:
    """Addresses of a card, of a line on it and of its lot."""
    line = CardLine.objects.filter(cancelled_because="").exclude(lot=None).first()
    line = line or a_card_line(site, lot=a_lot(product := a_product()), product=product)
    of_the_line = {name: {"pk": line.pk} for name in ("card-line-edit", "card-line-cancel")}
    return {"card-detail": {"pk": line.card_id}, "lot-edit": {"pk": line.lot_id}, **of_the_line}


def of_an_order(site: int) -> dict[str, dict[str, Any]]:
    """Addresses of an order of which something came."""
    order = StockOrder.objects.create(site_id=site, ordered_on=date(2025, 6, 2), number="B-1")
    line = {"received": 80, "received_on": date(2025, 6, 12)}
    OrderLine.objects.create(order=order, product=Product.objects.all()[0], ordered=100, **line)
    return {name: {"pk": order.pk} for name in ("order-detail", "order-edit")}


def of_a_checklist(checklist: Checklist) -> dict[str, dict[str, Any]]:
    """Addresses of a version in use, and of the draft that follows it with a part of each sort."""
    draft = new_version(checklist, by=a_user(Role.LEAD))
    choices, _new = ChoiceList.objects.get_or_create(checklist=draft, code="pages")
    item = draft.items.first()
    assert item
    of_the_draft = ("checklist-detail", "checklist-edit", "section-create", "item-create", "choices-create")
    return {
        **{name: {"pk": draft.pk} for name in of_the_draft},
        "checklist-preview": {"pk": checklist.pk},
        "item-edit": {"pk": item.pk},
        "section-edit": {"pk": item.section_id},
        "choices-edit": {"pk": choices.pk},
    }


def people_of_coaching() -> dict[str, dict[str, Any]]:
    """Addresses of a coach, of a person who was rated, and of a count of staff."""
    coach, count = Coach.objects.first(), StaffCount.objects.first()
    person = Coachee.objects.filter(ratings__isnull=False).first()
    assert coach
    assert count
    assert person
    of_a_person = {name: {"pk": person.pk} for name in ("coachee-edit", "competency-coachee")}
    domain, level = CompetencyDomain.objects.first(), CompetencyLevel.objects.first()
    assert domain
    assert level
    scale = {"competency-domain-edit": {"pk": domain.pk}, "competency-level-edit": {"pk": level.pk}}
    return {"coach-edit": {"pk": coach.pk}, "staff-edit": {"pk": count.pk}, **of_a_person, **scale}


def test_every_page_fits_a_phone_weighs_little_and_is_accessible(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page, lengths = browser_page, {}
    sign_in(page, a_user(Role.LEAD, Role.ADMINISTRATOR))  # administrator besides, so that the style guide opens
    # What the server sent, whether or not the browser's cache had it: a first visit pays for all of it.
    page.on("response", lambda got: lengths.update({got.url: int(got.headers["content-length"])}))
    too_wide: list[str] = []
    too_heavy: dict[str, int] = {}
    barred: dict[str, list[str]] = {}
    for name, address in sorted(pages().items()):
        lengths.clear()
        answer = page.goto(address)
        assert (answer.status, answer.headers.get("content-encoding")) == (200, "gzip"), name
        assert len(lengths) > 3, "style, scripts and drawings count too"
        assert not any("plotly" in url for url in lengths), name
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        too_wide += [] if fits(page) else [name]
        too_heavy |= {name: sum(lengths.values())} if sum(lengths.values()) > HEAVIEST else {}
        barred |= {name: found} if (found := violations(page)) else {}
    assert (too_wide, too_heavy) == ([], {})
    assert not barred, "\n".join(f"{name}: {one}" for name, found in barred.items() for one in found)


def test_what_keeps_people_out_is_found(browser_page: Any) -> None:
    browser_page.set_content('<html lang="fr"><title>x</title><main><h1>x</h1><img src="x.png"><input></main></html>')
    assert {one.partition(":")[0] for one in violations(browser_page)} == {"image-alt", "label"}


def test_explore_loads_plotly_once_and_draws(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page, loaded = browser_page, []
    page.on("request", lambda request: loaded.append(request.url) if "plotly" in request.url else None)
    page.goto("/evaluations/medexis/")
    chart = page.locator("figure.chart").first
    expect(chart.locator("svg").first).to_be_visible()  # drawn by the server, and readable as it is
    assert not loaded
    chart.get_by_role("button", name=french("Explore")).click()
    expect(chart.locator(".plotly-slot .main-svg").first).to_be_visible()
    assert chart.locator(".plotly-slot .scatterlayer .trace").count() > 0
    assert len(loaded) == 2  # the program and its French words
    assert fits(page)
