"""What is in the file and what is not, in both languages, for whoever opens it without this site. Pure."""

from collections.abc import Mapping

_TABLES = {
    "observations": ("une ligne par observation", "one row for each observation"),
    "quotes": ("paroles avec traduction", "quotes with translation"),
    "codes": ("passages codés par observation et code", "coded passages by observation and code"),
    "findings": ("constats approuvés", "approved findings"),
    "uses": ("usages des constats", "uses of findings"),
    "visits": ("visites de supervision", "supervision visits"),
    "actions": ("actions d'amélioration", "improvement actions"),
}


def readme(*, whole: bool, rows: Mapping[str, int], left_out: Mapping[str, int]) -> str:
    """The text; a table without rows is told as such, so that nobody takes it for forgotten."""
    french = [f"  {name}.csv : {_TABLES[name][0]} ({count} lignes)" for name, count in rows.items()]
    english = [f"  {name}.csv: {_TABLES[name][1]} ({count} rows)" for name, count in rows.items()]
    kept = [f"  {reason}: {count}" for reason, count in sorted(left_out.items())] or ["  –"]
    return "\n".join(
        [
            "CAPEV – données de recherche / research data", "",
            "EXPORT COMPLET. Confidentiel : textes, dates et rôles y figurent. / FULL EXPORT. Confidential."
            if whole
            else "Export anonymisé. Sans noms, rôles, jours ni textes libres ; les mois remplacent les jours\n"
            "(le semestre si l'observation est restreinte), le type de lieu remplace le site en zone de conflit,\n"
            "« 1-2 » un très petit nombre de personnes. Croiser ces tables avec d'autres sources peut malgré\n"
            "tout reconnaître quelqu'un : ne les publiez pas telles quelles.\n"
            "De-identified export. No names, roles, days or free texts; months stand for days (half-years where the\n"
            "observation is restricted), the kind of place for a site in a conflict zone, “1-2” for very few people.\n"
            "Joined with other sources these tables may still point at somebody: do not publish them as they are.",
            "", "Tables :", *french, "", "Tables:", *english, "",
            "Retenu / left out:", *kept, "",
            "Vide = inconnu ; 0 = zéro. / Empty = not known; 0 = zero.", "",
        ]
    )  # fmt: skip
