"""`python -m tests.bench [--save]`: measures on SQLite and on PostgreSQL, prints one table.

Every step runs in a fresh process; medians of five where a step is cheap, single runs of the import. The table is
written nowhere unless --save is given: then into docs/performance.md, with the machine described.
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/performance.md"
MARKS = ("<!-- measured: begin -->\n", "<!-- measured: end -->\n")
PLAN = [
    ("import_file", "import of the file, units and metadata (188,701 values)"),
    ("import_again", "the same again: nothing changes"),
    ("write_values", "– of it, writing the values into an empty table"),
    ("write_bare", "– floor: the ready rows straight into a table with that key"),
    ("refresh", "first full refresh: all aggregates computed and written"),
    ("refresh_again", "full refresh that finds nothing to change"),
    ("compute", "– of it, the arithmetic alone"),
    ("late_report", "one facility’s month arrives late: write and refresh"),
    ("new_month", "a month of all facilities changes: refresh"),
    ("duckdb_group_by", "peer: DuckDB’s staged GROUP BY of the same rows"),
]


class Measured(NamedTuple):
    seconds: float
    megabytes: float


def child(step: str) -> None:
    """Runs one step here and prints what it took."""
    import django

    django.setup()
    from tests.bench.steps import STEPS

    taken = STEPS[step]()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([statistics.median(taken), peak]))


def measure(step: str, environment: dict[str, str]) -> Measured:
    name = "import_file" if step == "import_again" else step
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--step", name], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{step} failed:\n{done.stderr[-3000:]}")
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def measure_all(database_url: str, folder: Path) -> dict[str, Measured]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "capev_site.settings",
        "DATABASE_URL": database_url,
        "DUCKDB_FILE": str(folder / f"peer-{database_url.partition(':')[0]}.duckdb"),
        "SECRET_KEY": "only-for-measuring",
        "REDIS_URL": f"redis+socket://{folder}/nobody.sock",
        "VAR_DIR": str(folder),
        "LOG_LEVEL": "ERROR",
        "DEBUG": "0",
    }
    measure("migrate", environment)
    return {step: measure(step, environment) for step, _ in PLAN}


def table(results: dict[str, dict[str, Measured]]) -> str:
    heads = [f"{name}: s | × DuckDB | peak MB" for name in results]
    lines = ["| step | " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (3 * len(results))]
    for step, label in PLAN:
        cells = []
        for found in results.values():
            taken = found[step]
            ratio = taken.seconds / found["duckdb_group_by"].seconds
            cells += [f"{taken.seconds:.3f}", f"{ratio:.2f}", f"{taken.megabytes:.0f}"]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, Python {platform.python_version()}"


def save(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    today = datetime.now(UTC).date()
    PAGE.write_text(
        f"{before}{MARKS[0]}\nMeasured on {today}: {machine()}.\n\n{text}\n{MARKS[1]}{after}", encoding="utf-8"
    )


def main() -> None:
    if sys.argv[1:2] == ["--step"]:
        child(sys.argv[2])
        return
    from tests.bench.steps import VALUES
    from tests.services import start_postgres

    if not VALUES.exists():
        sys.exit(f"The file to measure with is not there: {VALUES}")
    with tempfile.TemporaryDirectory(prefix="capev-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        results = {"SQLite": measure_all(f"sqlite:///{folder}/bench.sqlite3", folder)}
        server = start_postgres(folder)
        try:
            results["PostgreSQL"] = measure_all(f"postgresql://postgres@/{folder}/postgres", folder)
        finally:
            server.send_signal(2)
            server.wait(timeout=30)
    text = table(results)
    print(machine())
    print(text)
    if "--save" in sys.argv:
        save(text)


if __name__ == "__main__":
    main()
