"""The table of permissions in words: what each action is, by the part of the product, and how far a right reaches."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.accounts.matrix import Cell

GROUPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "page": (_("Public pages"), {"page.public": _("Read the progress of both evaluations")}),
    "account": (_("Accounts"), {
        "account.own": _("Change one's own account, save views"),
        "account.propose": _("Propose an account to somebody"),
        "account.invite": _("Send the letter that opens an account"),
        "token.own": _("Make access tokens for programs"),
        "token.write": _("Make tokens that may write"),
        "token.revoke": _("Revoke a token"),
    }),
    "journal": (_("Journal"), {
        "journal.own": _("Read what one did oneself"),
        "journal.read_all": _("Read what everybody did"),
    }),
    "number": (_("Numbers"), {
        "number.read": _("Read numbers of every place, with their chain"),
        "number.read_who": _("Read who reported a value"),
        "quality.read": _("Read the quality of the data"),
        "refresh.read": _("Read how refreshes went"),
        "refresh.ask": _("Ask for a refresh"),
    }),
    "approval": (_("Approval"), {
        "approval.read": _("Read what waits for approval"),
        "approval.submit": _("Submit a record"),
        "approval.verify": _("Verify a record"),
        "approval.approve": _("Approve and publish a record"),
        "approval.open": _("Open an approved record again for some days"),
    }),
    "import": (_("Imports"), {
        "import.read": _("Read imports"),
        "import.send": _("Send a file"),
        "import.commit": _("Take a file in"),
        "import.undo": _("Undo an import"),
        "import.keep_mapping": _("Keep a mapping of columns"),
        "import.assign_names": _("Say which place an unknown name means"),
        "dhis2.read": _("Read what comes from DHIS2 servers"),
        "dhis2.pull": _("Fetch from a DHIS2 server"),
    }),
    "search": (_("Search"), {
        "search.use": _("Search what one may read"),
        "search.study": _("Search the whole study too"),
    }),
    "site": (_("Sites and learning agenda"), {
        "site.read": _("Read sites"),
        "exposure.edit": _("Say since when a site uses an innovation"),
        "agenda.read": _("Read the learning agenda"),
        "agenda.read_documents": _("Open its documents"),
        "agenda.plan": _("Plan activities, use cases, dissemination"),
    }),
    "visit": ("Coach2PEV", {
        "visit.read": _("Read supervision visits"),
        "visit.enter": _("Plan and enter visits"),
        "visit.read_history": _("Read what was changed in a visit"),
        "coach.keep": _("Keep coaches, coachees and staff"),
        "checklist.build": _("Build checklists"),
        "improvement.verify": _("Verify that an action is closed, never one's own"),
    }),
    "stock": ("Medexis", {
        "stock.read": _("Read stock"),
        "stock.enter": _("Enter months, cards, orders, stock-outs"),
        "stock.read_history": _("Read what was changed in them"),
        "stock.correct_lots": _("Correct a lot"),
        "stock.keep_products": _("Keep products, norms, assumptions"),
        "stock.undo_file": _("Undo a file of stock"),
    }),
    "observation": (_("Observations and coding"), {
        "observation.log": _("Log an observation"),
        "observation.read": _("Read observations"),
        "observation.read_restricted": _("Read restricted observations"),
        "observation.edit": _("Change an observation"),
        "observation.lower": _("Make a restricted observation normal"),
        "observation.review": _("Approve or return an observation"),
        "codebook.read": _("Read codebooks"),
        "coding.code": _("Code passages"),
        "coding.publish": _("Publish a version of a codebook"),
        "coding.assign": _("Give coding tasks"),
    }),
    "finding": (_("Findings, analyses, theories"), {
        "finding.read": _("Read findings"),
        "finding.write": _("Write a finding"),
        "finding.edit": _("Change a finding"),
        "finding.review": _("Approve or return a finding"),
        "use.edit": _("Note who used a finding"),
        "theory.read": _("Read theories of change"),
        "theory.write": _("Write a theory of change"),
        "theory.adopt": _("Adopt a theory of change"),
        "analysis.read": _("Read analyses"),
        "analysis.write": _("Plan an analysis"),
        "analysis.edit": _("Change a plan"),
        "analysis.void": _("Declare a result void"),
        "annotation.read": _("Read dated events"),
        "annotation.read_restricted": _("Read restricted events"),
        "annotation.write": _("Note a dated event"),
        "annotation.change": _("Change or withdraw an event"),
    }),
    "edition": (_("Semiannual editions"), {
        "edition.read_published": _("Read published editions"),
        "edition.read_frozen": _("Read frozen editions"),
        "edition.write": _("Write an edition"),
        "edition.review": _("Review an edition"),
        "edition.publish": _("Freeze and publish an edition"),
    }),
    "export": (_("Taking data out"), {
        "export.deidentified": _("Take out research data without names"),
        "export.full": _("Take out everything"),
        "export.read_all": _("Read who took what out"),
    }),
    "system": (_("Installation"), {
        "system.see_parts": _("Open the page of the design's parts"),
        "system.read_set_up": _("Read the first steps"),
        "system.set_up": _("Set the installation up"),
    }),
}  # fmt: skip
"""Every action of the table once, in the order in which they are read."""

SHORT: dict[str, Promise] = {
    "everybody": _("everybody"),
    "account": _("any account"),
    "viewer": _("partner"),
    "clerk": _("data clerk"),
    "researcher": _("researcher"),
    "lead": _("lead"),
    "administrator": _("administrator"),
}


def reach(found: Cell) -> str:
    """How far the right reaches, in words; a dash where there is none."""
    if not found:
        return "–"
    where = [
        str(words)
        for flag, words in ((Cell.DISTRICT, _("own districts")), (Cell.OWN, _("one's own")))
        if flag in found and Cell.ALL not in found
    ]
    said = [str(_("yes"))] if Cell.ALL in found else where
    limits = ((Cell.REASON, _("with a reason")), (Cell.SECOND, _("never one's own work")))
    return ", ".join([*said, *(str(words) for flag, words in limits if flag in found)])
