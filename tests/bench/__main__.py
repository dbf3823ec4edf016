"""`python -m tests.bench [--quick | --scale 40m | --visits | --stock [SITES MONTHS] | --observations | --linkage]
[--save]`.

Measures on both databases and prints tables.

One of a real file, one of a made-up country of 4 million values (`--quick` leaves it out, `--scale 40m` makes it ten
times as large), one of pages with and without that country behind them, one of what is measured in memory.
Every step runs in a fresh process; medians of three or more where a step is cheap, else single runs.
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
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

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
FILES: Plan = [
    ("import_json", "the same values from a DHIS2 JSON file: read, checked, compared, committed"),
    ("import_csv", "– from a DHIS2 CSV file"),
]
MADE_UP: Plan = [("load", "floor: all values into the empty table"), *AGGREGATES, *WRITES, *FILES]


ASIDES: Plan = [
    ("write_aggregates", "all aggregates into their emptied table"),
    ("write_aggregates_bare", "– floor: the same rows bare, then the primary key"),
    ("dirty_hundredth", "1 of 100 district-months changes, all elements: refresh"),
    ("dirty_tenth", "1 of 10"),
    ("dirty_half", "1 of 2"),
]
ON_A_SERVER: Plan = [
    ("read_all_once", "floor: every value read once by ADBC"),
    ("yearly_partitions", "peer: yearly partitions, denormalised, an index on each column; no sums yet"),
]
IN_MEMORY: Plan = [
    ("screening", "17,890 series × 60 months: trend, outliers, control limits at once"),
    ("pymannkendall_loop", "– peer: a loop over pymannkendall, with the same outliers and limits"),
    ("linkage_screening", "1,700 sites × 10 indicators × 60 months: trend, outliers, interrupted series at once"),
    ("linkage_loop", "– peer: a loop over pymannkendall and statsmodels, with the same outliers"),
    ("chart_json", "a chart of sixty months: figure and JSON"),
    ("chart_plain", "– floor: JSON of the ready figure"),
    ("chart_drawn", "the same chart drawn for three widths"),
    ("chart_written", "– floor: its coordinates written as text"),
]
SERVED: Plan = [
    ("series_endpoint", "sixty months of a district as CSV, one request"),
    ("trivial_view", "– floor: a page of the same site that reads almost nothing"),
    ("group_series", "sixty months of a group of 44 districts, summed when asked"),
    ("stored_series", "– floor: of one unit whose totals are stored"),
    ("quality_board", "the quality board of the country counted anew, one measure"),
    ("quality_values", "– floor: its values of four years read"),
]
BESIDE = dict(
    zip([step for step, _ in IN_MEMORY + SERVED][::2], [step for step, _ in IN_MEMORY + SERVED][1::2], strict=True)
)


class Measured(NamedTuple):
    seconds: float
    megabytes: float


def child(step: str) -> None:
    """Runs one step here and prints what it took."""
    import django

    django.setup()
    from tests.bench.steps import STEPS

    if step == "measure_pages":
        from tests.bench.pages import measure_pages

        print(json.dumps(measure_pages()))
        return
    if step == "measure_visit_pages":
        from tests.bench.visits import measure_visit_pages

        print(json.dumps(measure_visit_pages()))
        return
    if step == "measure_stock_pages":
        from tests.bench.stock import measure_stock_pages

        print(json.dumps(measure_stock_pages()))
        return
    if step == "measure_observation_pages":
        from tests.bench.observations import measure_observation_pages

        print(json.dumps(measure_observation_pages()))
        return
    taken = STEPS[step]()
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(one).ru_maxrss for one in who) / 1024
    print(json.dumps([statistics.median(taken), peak]))


def measure(step: str, environment: dict[str, str]) -> Measured:
    return Measured(*run("import_file" if step == "import_again" else step, environment))


def run(name: str, environment: dict[str, str]) -> Any:
    """What the step's own process printed last."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--step", name], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def surroundings(database_url: str, folder: Path, scale: str = "") -> dict[str, str]:
    return {
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
        "HTTPS": "0",
        "STATIC_MANIFEST": "0",
        "SECOND_FACTOR_REQUIRED": "0",
        "ALLOWED_HOSTS": "testserver",
    }


def measure_all(database_url: str, folder: Path, plan: Plan, scale: str = "") -> dict[str, Measured]:
    environment = surroundings(database_url, folder, scale)
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
            if step not in found:
                cells += ["–"] * 3
                continue
            taken = found[step]
            ratio = taken.seconds / found["duckdb_group_by"].seconds
            cells += [f"{taken.seconds:.3f}", f"{ratio:.2f}", f"{taken.megabytes:.0f}"]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def measure_pages(database_url: str, folder: Path, scale: str) -> str:
    """Pages on the study alone, then with the made-up country behind them; and what is served beside its floor."""
    environment = surroundings(database_url, folder, scale)
    for step in ("migrate", "prepare"):
        measure(step, environment)
    alone = run("measure_pages", environment)
    for step in ("load", "refresh"):
        measure(step, environment)
    together = run("measure_pages", environment)
    lines = [
        "| page | study alone: ms | queries | with the country: ms | queries |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, (taken, queries) in together.items():
        before = "{:.0f} | {:.0f}".format(*alone[name]) if name in alone else "– | –"
        lines.append(f"| {name} | {before} | {taken:.0f} | {queries:.0f} |")
    middle = statistics.median(taken for taken, _ in together.values())
    lines.append(f"| the median page | {statistics.median(t for t, _ in alone.values()):.0f} | | {middle:.0f} | |")
    return "\n".join(lines) + "\n\n" + pairs(SERVED, {step: measure(step, environment) for step, _ in SERVED})


def measure_visits(database_url: str, folder: Path) -> str:
    """A hundred visits of sixty items, then ten thousand: loading, and every page that shows them."""
    environment = surroundings(database_url, folder)
    for step in ("migrate", "prepare"):
        measure(step, environment)
    few = measure("load_100_visits", environment)
    before = run("measure_visit_pages", environment)
    many = measure("load_10k_visits", environment)
    after = run("measure_visit_pages", environment)
    lines = [
        f"Loading 100 visits took {few.seconds:.1f} s and {few.megabytes:.0f} MB, the other 9,900 with those again "
        f"{many.seconds:.0f} s and {many.megabytes:.0f} MB: answers, scores, history, actions and measures.",
        "",
        "| page | 100 visits: ms | queries | 10,000 visits: ms | queries |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, (taken, queries) in after.items():
        lines.append("| {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} |".format(name, *before[name], taken, queries))
    return "\n".join(lines) + "\n"


def measure_stock(database_url: str, folder: Path, sites: str = "1700", months: str = "60") -> str:
    """Eight sites, then a country: twelve products' months of stock through the bulk door, and the pages of stock."""
    environment = surroundings(database_url, folder)
    for step in ("migrate", "prepare"):
        measure(step, environment)
    steps = [
        ("load_stock", f"lines of {min(int(sites), 100)} sites through the door of files"),
        ("fill_stock", "lines of the other sites, written bare"),
        ("publish_stock", "episodes and measures of all of them"),
        ("refresh_stock", "the aggregates of what was published"),
    ]
    found: list[tuple[dict[str, Measured], Any]] = []
    for number in ("8", sites):
        environment |= {"BENCH_SITES": number, "BENCH_MONTHS": months}
        done = {step: measure(step, environment) for step, _ in steps}
        print(f"{number} sites: {done}", file=sys.stderr, flush=True)
        found.append((done, run("measure_stock_pages", environment)))
    (few, before), (many, after) = found
    lines = [
        f"{int(sites) * int(months) * 12:,} lines of stock of {sites} sites.",
        "",
        f"| step | 8 sites: s | {sites} sites: s | peak MB |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {name} | {few[step].seconds:.1f} | {many[step].seconds:.1f} | {many[step].megabytes:.0f} |"
            for step, name in steps
        ),
        "",
        f"| page | 8 sites: ms | queries | {sites} sites: ms | queries |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, (taken, queries) in after.items():
        lines.append("| {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} |".format(name, *before[name], taken, queries))
    return "\n".join(lines) + "\n"


def measure_observations(database_url: str, folder: Path, number: str = "20000") -> str:
    """Two hundred observations, then twenty thousand with ten coded passages each, and every page that shows them."""
    environment = surroundings(database_url, folder)
    for step in ("migrate", "prepare"):
        measure(step, environment)
    work = [
        ("load_observations", "loaded"),
        ("index_observations", "read anew by the search"),
        ("crossed_anew", "codes by typology counted anew"),
        ("paired_anew", "codes together counted anew"),
        ("take_out_all", "the de-identified extraction of everything"),
    ]
    found: list[tuple[dict[str, Measured], Any]] = []
    for count in ("200", number):
        environment |= {"BENCH_OBSERVATIONS": count}
        done = {step: measure(step, environment) for step, _ in work}
        print(f"{count} observations: {done}", file=sys.stderr, flush=True)
        found.append((done, run("measure_observation_pages", environment)))
    (few, before), (many, after) = found
    lines = [
        f"| step | 200 observations: s | {int(number):,}: s | peak MB |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {name} | {few[step].seconds:.2f} | {many[step].seconds:.2f} | {many[step].megabytes:.0f} |"
            for step, name in work
        ),
        "",
        f"| page | 200 observations: ms | queries | {int(number):,}: ms | queries |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, (taken, queries) in after.items():
        lines.append("| {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} |".format(name, *before[name], taken, queries))
    return "\n".join(lines) + "\n"


def pairs(plan: Plan, found: dict[str, Measured]) -> str:
    """Each step with its floor or peer in the line below, and the ratio between the two."""
    lines = ["| step | ms | × the line below | peak MB |", "| --- | ---: | ---: | ---: |"]
    for step, label in plan:
        ratio = f"{found[step].seconds / found[BESIDE[step]].seconds:.3g}" if step in BESIDE else ""
        lines.append(f"| {label} | {1000 * found[step].seconds:.3g} | {ratio} | {found[step].megabytes:.0f} |")
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


def only(start_postgres: Any, measured: Callable[[str, Path], str]) -> None:
    with tempfile.TemporaryDirectory(prefix="capev-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = start_postgres(folder)
        try:
            print(measured(f"postgresql://postgres@/{folder}/postgres", folder))
        finally:
            server.send_signal(2)
            server.wait(timeout=30)


def main() -> None:
    if sys.argv[1:2] == ["--step"]:
        child(sys.argv[2])
        return
    from tests.bench import synthetic
    from tests.bench.steps import VALUES
    from tests.services import start_postgres

    if not VALUES.exists():
        sys.exit(f"The file to measure with is not there: {VALUES}")
    if "--visits" in sys.argv:
        only(start_postgres, measure_visits)
        return
    if "--stock" in sys.argv:
        size = [word for word in sys.argv[sys.argv.index("--stock") + 1 :] if word.isdecimal()]
        only(start_postgres, lambda url, folder: measure_stock(url, folder, *size))
        return
    if "--observations" in sys.argv:
        number = [word for word in sys.argv[sys.argv.index("--observations") + 1 :] if word.isdecimal()]
        only(start_postgres, lambda url, folder: measure_observations(url, folder, *number))
        return
    if "--linkage" in sys.argv:
        with tempfile.TemporaryDirectory(prefix="capev-bench-") as name:
            nowhere, plan = surroundings("sqlite:///:memory:", Path(name)), IN_MEMORY[2:4]
            print(machine(), pairs(plan, {step: measure(step, nowhere) for step, _ in plan}), sep="\n")
        return
    scale = next((word for word in sys.argv if word in synthetic.FACILITIES), "4m")
    made_up = "" if "--quick" in sys.argv else scale
    with tempfile.TemporaryDirectory(prefix="capev-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        nowhere = surroundings("sqlite:///:memory:", folder)
        in_memory = pairs(IN_MEMORY, {step: measure(step, nowhere) for step, _ in IN_MEMORY})
        sqlite, postgres = f"sqlite:///{folder}/bench", f"postgresql://postgres@/{folder}/"
        real = {"SQLite": measure_all(f"{sqlite}.sqlite3", folder, FILE)}
        plan = MADE_UP + ASIDES
        pages = ""
        large = {"SQLite": measure_all(f"{sqlite}-large.sqlite3", folder, plan, made_up)} if made_up else {}
        server = start_postgres(folder)
        try:
            real["PostgreSQL"] = measure_all(f"{postgres}postgres", folder, FILE)
            if made_up:
                with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as one:
                    one.execute("CREATE DATABASE large")
                    one.execute("CREATE DATABASE pages")
                    one.execute("CREATE DATABASE visits")
                large["PostgreSQL"] = measure_all(f"{postgres}large", folder, plan + ON_A_SERVER, made_up)
                pages = measure_pages(f"{postgres}pages", folder, made_up)
                pages += "\n**Ten thousand supervision visits (PostgreSQL)**\n\n"
                pages += measure_visits(f"{postgres}visits", folder)
        finally:
            server.send_signal(2)
            server.wait(timeout=30)
    text = f"**The real file**\n\n{table(real, FILE)}"
    if large:
        text += f"\n**The made-up country, {made_up.upper()} values**\n\n{table(large, plan + ON_A_SERVER)}"
        text += f"\n**Pages, as a signed-in lead gets them (PostgreSQL)**\n\n{pages}"
    text += f"\n**In memory**\n\n{in_memory}"
    print(machine())
    print(text)
    if "--save" in sys.argv:
        save(text)


if __name__ == "__main__":
    main()
