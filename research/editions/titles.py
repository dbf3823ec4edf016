"""What the parts of an edition are called, and what each is asked to say."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Heading(NamedTuple):
    """`title` and `asks` are read in the language that is set."""

    title: Any
    asks: Any


HEADINGS: dict[str, Heading] = {
    "context": Heading(_("Context"), _("What the hub is about, where it works, and what happened in these months.")),
    "trends": Heading(
        _("Trends"), _("Are fewer children missed? Say what the numbers show, and what they cannot show.")
    ),
    "agenda": Heading(_("Learning agenda"), _("How far is each learning question? What moved since the last edition?")),
    "coach2pev": Heading(
        _("Evaluation: Coach2PEV"), _("Is it rolled out as planned, is it done well, does anything follow from it?")
    ),
    "medexis": Heading(
        _("Evaluation: Medexis"), _("Is it rolled out as planned, is it done well, does anything follow from it?")
    ),
    "findings": Heading(_("Findings"), _("What do we conclude, and how sure are we?")),
    "uses": Heading(_("Uses"), _("Who used a finding for which decision, and what came of it?")),
    "caveats": Heading(_("Doubts about the data"), _("Which numbers should be doubted, and why?")),
    "next_steps": Heading(_("Next steps"), _("What happens in the next half-year?")),
    "restatements": Heading(
        _("Restatements"), _("What earlier editions said and what is known now. Listed by itself; words are optional.")
    ),
}
