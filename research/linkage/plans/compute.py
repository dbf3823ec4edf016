"""The computation of a version, step by step: its result, the sensitivity of it, and what it was made from."""

import hashlib
import platform
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any, NamedTuple

from indicators.registry.definitions import definition
from research.linkage import methods
from research.linkage.methods.catalogue import METHODS
from research.linkage.methods.result import Refused, Result, as_json
from research.linkage.methods.sensitivity import variants
from research.linkage.plans.content import content_of
from research.linkage.plans.inputs import Inputs, inputs_of
from research.linkage.plans.inputs import as_json as inputs_as_json
from research.linkage.plans.models import PlanVersion

OTHER_DEFINITION = "other_definition"
SOFTWARE = ("numpy", "scipy", "pandas", "statsmodels", "Django")
Found = Result | Refused
Tell = Callable[[int, int], None]


class Computed(NamedTuple):
    """As the run stores it: JSON throughout."""

    result: dict[str, Any]
    sensitivity: list[dict[str, Any]]
    manifest: dict[str, Any]
    fingerprint: str
    demonstration: bool


def computed(version: PlanVersion, tell: Tell) -> Computed:
    """The result of the version, and of each variant of its sensitivity. `tell` takes steps done and in all, before the
    first step and after each; what it raises ends the work."""
    inputs = inputs_of(version)
    total = steps(version, inputs)
    tell(0, total)
    main = _one(version, inputs)
    tell(1, total)
    sensitivity = []
    if isinstance(main, Result):
        for done, (code, found) in enumerate(_variants(version, inputs), start=2):
            sensitivity.append({"code": code, "found": as_json(found)})
            tell(min(done, total), total)
    tell(total, total)
    result = as_json(main)
    return Computed(result, sensitivity, manifest(version, inputs, result), inputs.fingerprint, inputs.demonstration)


def steps(version: PlanVersion, inputs: Inputs) -> int:
    """How many steps at most: the analysis, its denominators, its flagged values, each place left out, the rival."""
    places = len(inputs.panel.units)
    return 4 + (places if places > 1 else 0) + bool(version.rival)


def options_of(version: PlanVersion, inputs: Inputs) -> dict[str, Any]:
    """What the method is told: its own defaults, over them the plan's options, and where the change lies."""
    method = METHODS[version.method]
    defaults = {one.name: one.default for one in method.options if one.default is not None}
    options = defaults | {name: value for name, value in version.options.items() if value is not None}
    if method.needs_change and inputs.change is not None:
        options["change"] = inputs.change
    return options


def _one(version: PlanVersion, inputs: Inputs) -> Found:
    method = METHODS[version.method]
    if method.needs_change and inputs.change is None:
        reason = "several_starts" if inputs.starts > 1 else "no_change_inside"
        return Refused(version.method, reason, {"starts": inputs.starts})
    return method.run(inputs.panel, options_of(version, inputs))


def _variants(version: PlanVersion, inputs: Inputs) -> Iterator[tuple[str, Found]]:
    """A count has no denominator that could be wrong; the definition's own target stays as it is."""
    ratio = definition(version.outcome).is_ratio
    for code, found in variants(inputs.panel, version.method, options_of(version, inputs)):
        if ratio or not code.startswith("denominator_"):
            yield code, found
    if version.rival:
        yield f"{OTHER_DEFINITION}:{version.rival}", _one(version, inputs_of(version, code=version.rival))


def manifest(version: PlanVersion, inputs: Inputs, result: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that it takes to compute the same again, and to see that it is the same."""
    rule = definition(version.outcome)
    return {
        "plan": {"title_fr": version.plan.title_fr, "title_en": version.plan.title_en, "version": version.number},
        "content": content_of(version),
        "sha256": version.sha256,
        "options": options_of(version, inputs),
        "outcome": {"name_fr": rule.name_fr, "name_en": rule.name_en, "source_fr": rule.source_fr,
                    "source_en": rule.source_en, "numerator": dict(rule.numerator),
                    "denominator": dict(rule.denominator), "factor": rule.factor,
                    "annualisation": rule.annualisation},
        "inputs": inputs_as_json(inputs),
        "seed": result.get("details", {}).get("seed"),
        "versions": versions(),
    }  # fmt: skip


def versions() -> dict[str, str]:
    """Python, the libraries, and a hash of the methods' own source."""
    found = {"python": platform.python_version(), **{name.lower(): installed(name) for name in SOFTWARE}}
    folder, digest = Path(methods.__file__).parent, hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found | {"methods": digest.hexdigest()}
