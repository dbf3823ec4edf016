"""What axe-core finds wrong with a page: WCAG 2.2 AA and its best practices, in both colour schemes as they are set."""

from pathlib import Path
from typing import Any

import axe_playwright_python

# The library's own `Axe` reads the script anew for each page.
SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def violations(page: Any) -> list[str]:
    """Rule, element and what to mend, for each element; the scheme and the language are those of the page."""
    page.evaluate(SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], elementRef: false})")
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
