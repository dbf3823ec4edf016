"""What keeps a checklist from being used, told by item and field. Pure: plain data in, sentences out."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from research.coach2pev.checklists.expressions import Expression, ExpressionError, parse
from research.coach2pev.visits.sheets import CALCULATED, CHOICE, CHOICES, NUMBER, Item, Sheet


class Problem(NamedTuple):
    """`code` is that of the section or item, "" for the whole checklist; `field` as in the models."""

    code: str
    field: str
    sentence: str


def problems(sheet: Sheet) -> list[Problem]:
    """In the order of the checklist. Conditions may look at earlier items only, so one pass decides them all."""
    found: list[Problem] = []
    if not sheet.items:
        found.append(Problem("", "", _("The checklist asks nothing yet.")))
    known: set[str] = set()
    every = {item.code for item in sheet.items}
    for section in sheet.sections:
        items = sheet.items_of(section.code)
        if not items:
            found.append(Problem(section.code, "", _("This section has no item.")))
        found += _condition(section.code, "relevant", section.relevant, known, every)
        for item in items:
            found += _of_item(item, known, every)
            known.add(item.code)
    return found


def _of_item(item: Item, known: set[str], every: set[str]) -> Iterator[Problem]:
    yield from _condition(item.code, "relevant", item.relevant, known, every)
    yield from _condition(item.code, "constraint", item.constraint, known, every, this=True)
    yield from _condition(item.code, "calculation", item.calculation, known, every)
    if item.kind in (CHOICE, CHOICES):
        attributes = {name for option in item.options for name in option.attributes}
        yield from _condition(item.code, "choice_filter", item.choice_filter, known, every, attributes=attributes)
        if not item.options:
            yield Problem(item.code, "choice_list", _("The list of choices is empty."))
    elif item.choice_filter:
        yield Problem(item.code, "choice_filter", _("Only an item with choices filters them."))
    if item.kind == CALCULATED and not item.calculation:
        yield Problem(item.code, "calculation", _("Say how it is computed."))
    if item.kind != CALCULATED and item.calculation:
        yield Problem(item.code, "calculation", _("Only a computed item has a calculation."))
    if item.weight and item.kind == NUMBER and item.target is None:
        yield Problem(item.code, "target", _("A number that earns points needs the number that earns all of them."))
    if item.weight and item.kind in (CHOICE, CHOICES) and item.options and not item.scorable:
        yield Problem(item.code, "weight", _("None of the choices earns a share of the points."))


def _condition(
    code: str,
    field: str,
    text: str,
    known: set[str],
    every: set[str],
    *,
    this: bool = False,
    attributes: set[str] | None = None,
) -> Iterator[Problem]:
    if not text.strip():
        return
    try:
        expression: Expression = parse(text)
    except ExpressionError as error:
        yield Problem(code, field, str(error))
        return
    for name in sorted(expression.names - known):
        if name == code:
            yield Problem(code, field, _("“%(name)s” cannot depend on itself.") % {"name": name})
        elif name in every:
            yield Problem(code, field, _("“%(name)s” is asked only later.") % {"name": name})
        else:
            yield Problem(code, field, _("No item has the code “%(name)s”.") % {"name": name})
    for name in sorted(expression.attributes - (attributes or set())):
        yield Problem(code, field, _("“%(name)s” is neither an item, written ${…}, nor an attribute.") % {"name": name})
    if not this and "this" in _kinds(expression):
        yield Problem(code, field, _("A dot means the value being given: only “must hold” knows it."))


def _kinds(expression: Expression) -> set[str]:
    found, left = set(), [expression.tree]
    while left:
        node = left.pop()
        found.add(node[0])
        left += [part for part in node[1:] if isinstance(part, tuple)]
    return found
