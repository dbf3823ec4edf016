"""Django finds the rooms' admin pages here."""

import research.agenda.admin
import research.coach2pev.admin
import research.coding.admin
import research.editions.admin
import research.evaluations.admin
import research.evidence.admin
import research.linkage.annotations.admin
import research.linkage.contribution.admin
import research.linkage.plans.admin
import research.medexis.admin
import research.medexis.cards.admin
import research.medexis.orders.admin
import research.medexis.products.admin
import research.observations.admin
import research.offline.admin  # noqa: F401
