from django.urls import path

from research.coach2pev.improvement import views

urlpatterns = [
    path("actions/", views.action_list, name="action-list"),
    path("actions/nouvelle/", views.action_create, name="action-create"),
    path("actions/<int:pk>/", views.action_detail, name="action-detail"),
    path("actions/<int:pk>/convenir/", views.action_agree, name="action-agree"),
    path("actions/<int:pk>/etape/", views.action_step, name="action-step"),
    path("actions/<int:pk>/commenter/", views.action_comment, name="action-comment"),
    path("actions/<int:pk>/preuve/", views.action_evidence, name="action-evidence"),
    path("actions/preuves/<int:pk>/", views.evidence_file, name="action-evidence-file"),
]
