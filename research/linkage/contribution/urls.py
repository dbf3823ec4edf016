from django.urls import path

from research.linkage.contribution.views import links, parts, theories

urlpatterns = [
    path("theories/", theories.theory_list, name="theory-list"),
    path("theories/nouvelle/", theories.theory_create, name="theory-create"),
    path("theories/<int:pk>/", theories.theory_detail, name="theory-detail"),
    path("theories/<int:pk>/recit/", theories.theory_story, name="theory-story"),
    path("theories/<int:pk>/adoption/", theories.theory_adopt, name="theory-adopt"),
    path("theories/liens/<int:pk>/", links.link_detail, name="theory-link"),
    path("theories/liens/<int:pk>/preuves/", links.evidence_create, name="theory-evidence-create"),
    path("theories/preuves/<int:pk>/retirer/", links.evidence_remove, name="theory-evidence-remove"),
    path("theories/<slug:what>/<int:pk>/nouveau/", parts.part_create, name="theory-part-create"),
    path("theories/<slug:what>/<int:pk>/modifier/", parts.part_edit, name="theory-part-edit"),
    path("theories/<slug:what>/<int:pk>/pas/", parts.part_step, name="theory-part-step"),
]
