"""The real files that the imports are tested on; they lie beside the repository and are no part of it."""

import os
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR).parent / "shared/data"
VALUES = FOLDER / "sl_datavalues_2025.json.gz"
UNITS = FOLDER / "sl_organisation_units.json"
METADATA = FOLDER / "sl_metadata.json"
WHO_METADATA = FOLDER / "who_epi_metadata_package.json"
ANALYTICS = FOLDER / "sl_analytics_immunization_quarterly.json"

needed = pytest.mark.skipif(
    not VALUES.exists() and "CI" not in os.environ, reason=f"the trial data are not at {FOLDER}"
)
