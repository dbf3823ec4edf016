"""`make audit`: every installed package beside the advisories that are known of it.

pip-audit calls a package that the service does not know skipped, and is content; here that is no answer. Ends with 1
where something is known or nothing could be asked, except with AUDIT=offline, which says so and ends with 0.
"""

import json
import os
import subprocess
import sys
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """`known`: a line for each advisory; `unasked`: packages of which the service said nothing."""

    asked: int
    known: list[str]
    unasked: list[str]


def read(report: str) -> Answer:
    """Of pip-audit's JSON. Raises ValueError where it is none."""
    packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    known = [
        f"{package['name']} {package['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'nothing'}"
        for package in packages
        for one in package.get("vulns", [])
    ]
    return Answer(len(packages), known, [package["name"] for package in packages if "skip_reason" in package])


def verdict(answer: Answer | None, *, offline: bool) -> tuple[int, str]:
    """The exit code, and what is said. `answer` is None where pip-audit could not ask at all."""
    if answer and answer.known:
        return 1, "\n".join(["Advisories are known:", *answer.known])
    if answer and answer.asked and not answer.unasked:
        return 0, f"{answer.asked} packages: no advisory is known."
    unasked = f"{len(answer.unasked)} of {answer.asked} packages" if answer else "any package"
    said = f"The service of advisories could not be asked about {unasked}: nothing is known of them either way."
    return (0, f"{said} AUDIT=offline: let pass.") if offline else (1, f"{said} AUDIT=offline lets this pass.")


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--local"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    try:
        answer = read(done.stdout)
    except (ValueError, KeyError):
        answer = None
    code, said = verdict(answer, offline=os.environ.get("AUDIT") == "offline")
    print(said, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
