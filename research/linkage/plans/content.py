"""What a version says, as plain values: for its fingerprint, for comparing two versions, and for files."""

import hashlib
import json
from typing import Any

from research.linkage.plans.models import PlanVersion

FIELDS = (
    "method", "options", "outcome", "rival", "first", "last", "exposure", "changed_on", "dose", "threshold",
    "threshold_why", "why",
)  # fmt: skip
"""The columns that a version freezes; its places come besides."""


def content_of(version: PlanVersion) -> dict[str, Any]:
    """Field → value as JSON holds it; places by their DHIS2 uid, in order. Two queries, none where prefetched."""
    found = {name: getattr(version, name) for name in FIELDS}
    found["changed_on"] = version.changed_on.isoformat() if version.changed_on else None
    for name in ("units", "comparison"):
        found[name] = sorted(unit.uid for unit in getattr(version, name).all())
    return found


def fingerprint(content: Any) -> str:
    """SHA-256 of values as JSON: the same for the same content, whatever the order of its keys."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
