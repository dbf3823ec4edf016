from django.urls import path

from research.evidence.views import chain, findings, links, parts

urlpatterns = [
    path("constats/", findings.finding_list, name="finding-list"),
    path("constats/nouveau/", findings.finding_create, name="finding-create"),
    path("constats/<int:pk>/", findings.finding_detail, name="finding-detail"),
    path("constats/<int:pk>/modifier/", findings.finding_edit, name="finding-edit"),
    path("constats/<int:pk>/etape/", findings.finding_step, name="finding-step"),
    path("constats/<int:pk>/reglement/", links.finding_settle, name="finding-settle"),
    path("constats/<int:pk>/preuves/", links.link_create, name="finding-link-create"),
    path("constats/<int:pk>/usages/nouveau/", parts.use_create, name="finding-use-create"),
    path("constats/<int:pk>/<slug:what>/nouvelle/", parts.part_create, name="finding-part-create"),
    path("constats/<slug:what>/<int:pk>/modifier/", parts.part_edit, name="finding-part-edit"),
    path("preuves/<int:pk>/retirer/", links.link_remove, name="finding-link-remove"),
    path("preuves/<slug:kind>/<path:key>/", links.evidence_use, name="evidence-use"),
    path("usages/", parts.use_list, name="finding-use-list"),
    path("usages/<int:pk>/modifier/", parts.use_edit, name="finding-use-edit"),
    path("chaine/<slug:kind>/<path:key>/", chain.chain, name="chain"),
]
