"""The reproducibility file of a result: inputs, plan, result and versions as a ZIP. No code, no person's name."""

import csv
import io
import json
import zipfile
from typing import Any

from indicators.exchange.files.inert import inert
from research.linkage.plans.inputs import Row
from research.linkage.plans.models import AnalysisRun

_STAMP = (1980, 1, 1, 0, 0, 0)  # the same result gives the same file to the byte
_README = """\
FRANÇAIS
Ce dossier contient tout ce qu’il faut pour refaire l’analyse {run} (plan {plan}, version {number}) et en vérifier le
résultat.
- inputs.csv : une ligne par lieu et période ; numérateur, dénominateur (1 pour un nombre), valeur, signalements,
  exposition (0/1), dose. Une case vide est une donnée manquante, jamais un zéro.
- plan.json : le plan tel qu’il a été verrouillé, avec son empreinte SHA-256 et la date du verrouillage.
- results.json : le résultat, ses diagnostics et les analyses de sensibilité.
- versions.json : versions des logiciels, empreinte des méthodes, graine du hasard, empreinte des données lues.
Pour refaire : appliquer la méthode et les options de plan.json aux lignes de inputs.csv avec les versions indiquées.

ENGLISH
This folder holds all that it takes to run analysis {run} again (plan {plan}, version {number}) and to check its result.
- inputs.csv: one row for each place and period; numerator, denominator (1 for a count), value, flags, exposure (0/1),
  dose. An empty cell is missing data, never a zero.
- plan.json: the plan as it was locked, with its SHA-256 fingerprint and the time at which it was locked.
- results.json: the result, its diagnostics and its sensitivity analyses.
- versions.json: versions of the software, fingerprint of the methods, random seed, fingerprint of the data read.
To run it again: apply the method and the options of plan.json to the rows of inputs.csv with the versions named.
{made_up}"""
_MADE_UP = "\nDÉMONSTRATION / DEMONSTRATION: données inventées, ce n’est pas un fait. Made-up data, not a fact.\n"


def bundle(run: AnalysisRun) -> bytes:
    """The ZIP of a run that is done; the same bytes each time."""
    version, manifest = run.version, run.manifest
    plan = {
        **manifest["plan"],
        **manifest["content"],
        "sha256": version.sha256,
        "locked_at": version.locked_at.isoformat() if version.locked_at else None,
        "written_before_any_result": version.prespecified,
        "options_as_run": manifest["options"],
        "outcome_definition": manifest["outcome"],
    }
    results = {"result": run.result, "sensitivity": run.sensitivity, "void": run.voided_why or None}
    versions = {
        **manifest["versions"],
        "seed": manifest["seed"],
        "inputs_sha256": run.fingerprint,
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }
    words = {"run": run.pk, "plan": version.plan_id, "number": version.number}
    files = {
        "README-LISEZMOI.txt": _README.format(**words, made_up=_MADE_UP if run.demonstration else ""),
        "inputs.csv": "\ufeff" + _table(manifest["inputs"]),
        "plan.json": _json(plan),
        "results.json": _json(results),
        "versions.json": _json(versions),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def bundle_name(run: AnalysisRun) -> str:
    return f"capev-analyse-{run.version.plan_id}-v{run.version.number}-{run.pk}.zip"


def _table(inputs: list[list[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(Row._fields)
    for cells in inputs:
        row = Row(*cells)
        flags, exposed = " ".join(row.flags), int(row.exposed)
        plain = row._replace(unit=inert(row.unit), name=inert(row.name), flags=flags, exposed=exposed)  # type: ignore[arg-type]
        writer.writerow(["" if cell is None else cell for cell in plain])
    return out.getvalue()


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
