"""Which indicators an evaluation follows: what its innovation does, and what should follow from it. Pure."""

OUTCOMES = ("dtp1_coverage", "dtp1_doses", "zero_dose", "dropout_dtp1_dtp3")
"""What both innovations are meant to move in the end."""

PROCESS = {
    "coach2pev": (
        "visits_planned", "visits_done", "visits_done_ratio", "sites_visited", "adoption", "staff_reached",
        "coaching_minutes", "minutes_per_visit", "fidelity", "checklist_score", "repeat_failures", "actions_on_time",
        "competency_gain",
    ),
    "medexis": (
        "stock_reports", "stock_reporting_rate", "stock_reports_on_time", "days_out_of_stock", "stock_out_last_day",
        "days_without_stock", "full_stock_availability", "stocked_according_to_plan", "months_of_stock",
        "open_vial_wastage", "closed_vial_wastage", "impossible_use", "stock_discrepancy", "order_fill", "lead_time",
    ),
}  # fmt: skip
"""Code of the evaluation → the measures that its own room publishes."""

QUALITY = {"coach2pev": "checklist_score", "medexis": "days_out_of_stock"}
"""Code of the evaluation → the one measure of how well it is done, shown by site and quarter."""


def indicators_of(evaluation: str) -> tuple[str, ...]:
    """Codes of all indicators that the evaluation follows, its process first. An unknown one has the outcomes."""
    return PROCESS.get(evaluation, ()) + OUTCOMES


def evaluations_using(indicator: str, evaluations: tuple[str, ...] = tuple(PROCESS)) -> list[str]:
    """Codes of the evaluations that follow the indicator."""
    return [code for code in evaluations if indicator in indicators_of(code)]
