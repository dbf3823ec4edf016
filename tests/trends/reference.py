"""Reference values of published implementations; the file lies beside the repository and is no part of it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

FILE = Path(settings.BASE_DIR).parent / "shared/data/stats_reference.json"

needed = pytest.mark.skipif(not FILE.exists() and "CI" not in os.environ, reason=f"no reference values at {FILE}")


def reference(name: str) -> dict[str, Any]:
    """One entry of the file: its series and what others computed from it."""
    return json.loads(FILE.read_text())[name]
