"""Django looks for admin pages here; people look in the rooms."""

import indicators.accounts.admin
import indicators.exchange.admin
import indicators.exchange.dhis2.admin
import indicators.geography.admin
import indicators.geography.places_admin
import indicators.registry.admin
import indicators.rollup.admin
import indicators.sources.admin
import indicators.values.admin  # noqa: F401
