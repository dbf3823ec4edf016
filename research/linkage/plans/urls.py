from django.urls import path

from research.linkage.plans.views import plans, results, versions

urlpatterns = [
    path("analyses/", plans.analysis_list, name="analysis-list"),
    path("analyses/nouvelle/", plans.analysis_create, name="analysis-create"),
    path("analyses/<int:pk>/", plans.analysis_detail, name="analysis-detail"),
    path("analyses/<int:pk>/modifier/", plans.analysis_edit, name="analysis-edit"),
    path("analyses/<int:pk>/versions/nouvelle/", versions.version_create, name="analysis-version-create"),
    path("analyses/versions/<int:pk>/", versions.version_detail, name="analysis-version"),
    path("analyses/versions/<int:pk>/modifier/", versions.version_edit, name="analysis-version-edit"),
    path("analyses/versions/<int:pk>/supprimer/", versions.version_discard, name="analysis-version-discard"),
    path("analyses/versions/<int:pk>/verrouiller/", versions.version_lock, name="analysis-version-lock"),
    path("analyses/versions/<int:pk>/lancer/", versions.version_run, name="analysis-version-run"),
    path("analyses/resultats/<int:pk>/", results.result, name="analysis-result"),
    path("analyses/resultats/<int:pk>/fichier/", results.result_file, name="analysis-result-file"),
    path("analyses/resultats/<int:pk>/annuler/", results.result_void, name="analysis-result-void"),
]
