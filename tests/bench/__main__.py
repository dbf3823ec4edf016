"""`python -m tests.bench [--quick | --scale 40m] [--save]`: measures on SQLite and on PostgreSQL, prints two tables.

One of a real file, one of a made-up country of 4 million values (`--quick` leaves it out, `--scale 40m` makes it ten
times as large). Every step runs in a fresh process; medians of three to five where a step is cheap, else single runs.
Nothing is written unless --save is given: then into docs/performance.md, with the machine described.
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

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/performance.md"
MARKS = ("<!-- measured: begin -->\n", "<!-- measured: end -->\n")
AGGREGATES = [
    ("refresh", "first full refresh: all aggregates computed and written"),
    ("refresh_again", "full refresh that finds nothing to change"),
    ("compute", "– of it, the arithmetic alone"),
    ("late_report", "one facility’s month arrives late: write and refresh"),
    ("new_month", "a month of all facilities changes: refresh"),
    ("database_sql", "peer: the same totals by REFRESH MATERIALIZED VIEW (SQLite: CREATE TABLE AS)"),
    ("duckdb_group_by", "peer: DuckDB’s staged GROUP BY of the same rows"),
]
WRITES = [
    ("write_values", "values into the table, where there were none of their months"),
    ("write_bare", "– floor: the ready rows straight into the same table"),
]
Plan = list[tuple[str, str]]
FILE: Plan = [
    ("import_file", "import of the file, units and metadata (188,701 values)"),
    ("import_again", "the same again: nothing changes"),
    *WRITES,
    *AGGREGATES,
]
MADE_UP: Plan = [("load", "floor: all values into the empty table"), *AGGREGATES, *WRITES]


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


def measure_all(database_url: str, folder: Path, plan: Plan, scale: str = "") -> dict[str, Measured]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "capev_site.settings",
        "DATABASE_URL": database_url,
        "DUCKDB_FILE": str(folder / f"peer-{database_url.partition(':')[0]}{scale}.duckdb"),
        "BENCH_SCALE": scale,
        "SECRET_KEY": "only-for-measuring",
        "REDIS_URL": f"redis+socket://{folder}/nobody.sock",
        "VAR_DIR": str(folder),
        "LOG_LEVEL": "ERROR",
        "DEBUG": "0",
    }
    measure("migrate", environment)
    found = {}
    for step, label in plan:
        found[step] = measure(step, environment)
        print(f"{database_url.partition(':')[0]} {label}: {found[step].seconds:.3f} s", file=sys.stderr, flush=True)
    return found


def table(results: dict[str, dict[str, Measured]], plan: Plan) -> str:
    heads = [f"{name}: s | × DuckDB | peak MB" for name in results]
    lines = ["| step | " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (3 * len(results))]
    for step, label in plan:
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
    scale = "40m" if "40m" in sys.argv else "4m"
    made_up = "" if "--quick" in sys.argv else scale
    with tempfile.TemporaryDirectory(prefix="capev-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        sqlite, postgres = f"sqlite:///{folder}/bench", f"postgresql://postgres@/{folder}/"
        real = {"SQLite": measure_all(f"{sqlite}.sqlite3", folder, FILE)}
        large = {"SQLite": measure_all(f"{sqlite}-large.sqlite3", folder, MADE_UP, made_up)} if made_up else {}
        server = start_postgres(folder)
        try:
            real["PostgreSQL"] = measure_all(f"{postgres}postgres", folder, FILE)
            if made_up:
                with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as one:
                    one.execute("CREATE DATABASE large")
                large["PostgreSQL"] = measure_all(f"{postgres}large", folder, MADE_UP, made_up)
        finally:
            server.send_signal(2)
            server.wait(timeout=30)
    text = f"**The real file**\n\n{table(real, FILE)}"
    if large:
        text += f"\n**The made-up country, {made_up.upper()} values**\n\n{table(large, MADE_UP)}"
    print(machine())
    print(text)
    if "--save" in sys.argv:
        save(text)


if __name__ == "__main__":
    main()
