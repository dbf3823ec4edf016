from django.urls import path

from research.coach2pev.checklists import builder, views

urlpatterns = [
    path("listes/", views.checklist_list, name="checklist-list"),
    path("listes/nouvelle/", views.checklist_create, name="checklist-create"),
    path("listes/<int:pk>/", views.checklist_detail, name="checklist-detail"),
    path("listes/<int:pk>/apercu/", views.checklist_preview, name="checklist-preview"),
    path("listes/<int:pk>/modifier/", views.checklist_edit, name="checklist-edit"),
    path("listes/<int:pk>/etape/", views.checklist_step, name="checklist-step"),
    path("listes/<int:pk>/partie/", builder.section_create, name="section-create"),
    path("listes/<int:pk>/point/", builder.item_create, name="item-create"),
    path("listes/<int:pk>/choix/", builder.choices_create, name="choices-create"),
    path("listes/parties/<int:pk>/", builder.section_edit, name="section-edit"),
    path("listes/parties/<int:pk>/place/", builder.section_move, name="section-move"),
    path("listes/points/<int:pk>/", builder.item_edit, name="item-edit"),
    path("listes/points/<int:pk>/place/", builder.item_move, name="item-move"),
    path("listes/choix/<int:pk>/", builder.choices_edit, name="choices-edit"),
]
