from django.urls import path

from research.editions.views import editions, told

urlpatterns = [
    path("editions/", told.edition_list, name="edition-list"),
    path("editions/nouvelle/", editions.edition_create, name="edition-create"),
    path("editions/<int:pk>/", told.edition_detail, name="edition-detail"),
    path("editions/<int:pk>/parties/<slug:part>/", editions.section_edit, name="edition-section-edit"),
    path("editions/<int:pk>/chiffres/", editions.edition_redraw, name="edition-redraw"),
    path("editions/<int:pk>/etape/", editions.edition_step, name="edition-step"),
    path("editions/<int:pk>/publication/", editions.edition_publish, name="edition-publish"),
    path("editions/<int:pk>/rectifications/", told.edition_restatements, name="edition-restatements"),
    path("editions/<int:pk>/contenu/", told.edition_content, name="edition-content"),
    path("editions/fichiers/<int:pk>/", told.edition_file, name="edition-file"),
]
