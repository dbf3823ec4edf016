"""The table of permissions in words: what each action is, by the part of the product, and how far a right reaches."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from indicators.accounts.matrix import Cell

GROUPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "page": (_lazy("Public pages"), {"page.public": _lazy("Read the progress of both evaluations")}),
    "account": (_lazy("Accounts"), {
        "account.own": _lazy("Change one's own account, save views"),
        "account.propose": _lazy("Propose an account to somebody"),
        "account.invite": _lazy("Send the letter that opens an account"),
        "token.own": _lazy("Make access tokens for programs"),
        "token.write": _lazy("Make tokens that may write"),
        "token.revoke": _lazy("Revoke a token"),
    }),
    "journal": (_lazy("Journal"), {
        "journal.own": _lazy("Read what one did oneself"),
        "journal.read_all": _lazy("Read what everybody did"),
    }),
    "number": (_lazy("Numbers"), {
        "number.read": _lazy("Read numbers of every place, with their chain"),
        "number.read_who": _lazy("Read who reported a value"),
        "quality.read": _lazy("Read the quality of the data"),
        "refresh.read": _lazy("Read how refreshes went"),
        "refresh.ask": _lazy("Ask for a refresh"),
    }),
    "approval": (_lazy("Approval"), {
        "approval.read": _lazy("Read what waits for approval"),
        "approval.submit": _lazy("Submit a record"),
        "approval.verify": _lazy("Verify a record"),
        "approval.approve": _lazy("Approve and publish a record"),
        "approval.open": _lazy("Open an approved record again for some days"),
    }),
    "import": (_lazy("Imports"), {
        "import.read": _lazy("Read imports"),
        "import.send": _lazy("Send a file"),
        "import.commit": _lazy("Take a file in"),
        "import.undo": _lazy("Undo an import"),
        "import.keep_mapping": _lazy("Keep a mapping of columns"),
        "import.assign_names": _lazy("Say which place an unknown name means"),
        "dhis2.read": _lazy("Read what comes from DHIS2 servers"),
        "dhis2.pull": _lazy("Fetch from a DHIS2 server"),
    }),
    "search": (_lazy("Search"), {
        "search.use": _lazy("Search what one may read"),
        "search.study": _lazy("Search the whole study too"),
    }),
    "site": (_lazy("Sites and learning agenda"), {
        "site.read": _lazy("Read sites"),
        "exposure.edit": _lazy("Say since when a site uses an innovation"),
        "agenda.read": _lazy("Read the learning agenda"),
        "agenda.read_documents": _lazy("Open its documents"),
        "agenda.plan": _lazy("Plan activities, use cases, dissemination"),
    }),
    "visit": (_lazy("Coach2PEV"), {
        "visit.read": _lazy("Read supervision visits"),
        "visit.enter": _lazy("Plan and enter visits"),
        "visit.read_history": _lazy("Read what was changed in a visit"),
        "coach.keep": _lazy("Keep coaches, coachees and staff"),
        "checklist.build": _lazy("Build checklists"),
        "improvement.verify": _lazy("Verify that an action is closed, never one's own"),
    }),
    "stock": (_lazy("Medexis"), {
        "stock.read": _lazy("Read stock"),
        "stock.enter": _lazy("Enter months, cards, orders, stock-outs"),
        "stock.read_history": _lazy("Read what was changed in them"),
        "stock.correct_lots": _lazy("Correct a lot"),
        "stock.keep_products": _lazy("Keep products, norms, assumptions"),
        "stock.undo_file": _lazy("Undo a file of stock"),
    }),
    "observation": (_lazy("Observations and coding"), {
        "observation.log": _lazy("Log an observation"),
        "observation.read": _lazy("Read observations"),
        "observation.read_restricted": _lazy("Read restricted observations"),
        "observation.edit": _lazy("Change an observation"),
        "observation.lower": _lazy("Make a restricted observation normal"),
        "observation.review": _lazy("Approve or return an observation"),
        "codebook.read": _lazy("Read codebooks"),
        "coding.code": _lazy("Code passages"),
        "coding.publish": _lazy("Publish a version of a codebook"),
        "coding.assign": _lazy("Give coding tasks"),
    }),
    "finding": (_lazy("Findings, analyses, theories"), {
        "finding.read": _lazy("Read findings"),
        "finding.write": _lazy("Write a finding"),
        "finding.edit": _lazy("Change a finding"),
        "finding.review": _lazy("Approve or return a finding"),
        "use.edit": _lazy("Note who used a finding"),
        "theory.read": _lazy("Read theories of change"),
        "theory.write": _lazy("Write a theory of change"),
        "theory.adopt": _lazy("Adopt a theory of change"),
        "analysis.read": _lazy("Read analyses"),
        "analysis.write": _lazy("Plan an analysis"),
        "analysis.edit": _lazy("Change a plan"),
        "analysis.void": _lazy("Declare a result void"),
        "annotation.read": _lazy("Read dated events"),
        "annotation.read_restricted": _lazy("Read restricted events"),
        "annotation.write": _lazy("Note a dated event"),
        "annotation.change": _lazy("Change or withdraw an event"),
    }),
    "edition": (_lazy("Semiannual editions"), {
        "edition.read_published": _lazy("Read published editions"),
        "edition.read_frozen": _lazy("Read frozen editions"),
        "edition.write": _lazy("Write an edition"),
        "edition.review": _lazy("Review an edition"),
        "edition.publish": _lazy("Freeze and publish an edition"),
    }),
    "export": (_lazy("Taking data out"), {
        "export.deidentified": _lazy("Take out research data without names"),
        "export.full": _lazy("Take out everything"),
        "export.read_all": _lazy("Read who took what out"),
    }),
    "system": (_lazy("Installation"), {
        "system.see_parts": _lazy("Open the page of the design's parts"),
        "system.read_set_up": _lazy("Read the first steps"),
        "system.set_up": _lazy("Set the installation up"),
    }),
}  # fmt: skip
"""Every action of the table once, in the order in which they are read."""

SHORT: dict[str, Promise] = {
    "everybody": _lazy("everybody"),
    "account": _lazy("any account"),
    "viewer": _lazy("partner"),
    "clerk": _lazy("data clerk"),
    "researcher": _lazy("researcher"),
    "lead": _lazy("lead"),
    "administrator": _lazy("administrator"),
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
    said = [_("yes")] if Cell.ALL in found else where
    limits = ((Cell.REASON, _("with a reason")), (Cell.SECOND, _("never one's own work")))
    return ", ".join([*said, *(str(words) for flag, words in limits if flag in found)])
