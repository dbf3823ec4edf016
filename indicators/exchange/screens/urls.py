from django.urls import path

from indicators.exchange.screens import (
    decisions,
    mapping_page,
    run_list,
    run_page,
    saved_mappings,
    upload,
    waiting_names,
)

urlpatterns = [
    path("imports/", run_list.import_list, name="import-list"),
    path("imports/csv/", run_list.download, name="import-list-csv"),
    path("imports/nouveau/", upload.import_upload, name="import-upload"),
    path("imports/noms/", waiting_names.name_list, name="import-names"),
    path("imports/noms/<int:pk>/", waiting_names.name_detail, name="import-name"),
    path("imports/modeles/", saved_mappings.mapping_list, name="import-mappings"),
    path("imports/modeles/<int:pk>/", saved_mappings.mapping_change, name="import-mapping-change"),
    path("imports/<int:pk>/", run_page.import_detail, name="import-detail"),
    path("imports/<int:pk>/problemes/csv/", run_page.problems_csv, name="import-problems-csv"),
    path("imports/<int:pk>/colonnes/", mapping_page.import_mapping, name="import-mapping"),
    path("imports/<int:pk>/prendre/", decisions.import_commit, name="import-commit"),
    path("imports/<int:pk>/abandonner/", decisions.import_drop, name="import-drop"),
    path("imports/<int:pk>/annuler/", decisions.import_undo, name="import-undo"),
]
