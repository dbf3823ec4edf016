"""The parts of an edition in the hub's order, from the context to what comes next. Pure."""

ORDER = (
    "context", "trends", "agenda", "coach2pev", "medexis", "findings", "uses", "caveats", "next_steps", "restatements",
)  # fmt: skip
SPEAKING = tuple(kind for kind in ORDER if kind != "restatements")
"""Parts that need words of people in both languages before the edition is submitted: the list of restatements speaks
for itself."""
