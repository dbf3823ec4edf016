from django.urls import path

from research.agenda import views
from research.agenda.plan import views as plan

urlpatterns = [
    path("questions/", views.question_list, name="question-list"),
    path("questions/<int:number>/", views.question_detail, name="question-detail"),
    path("agenda/ressources/<int:pk>/fichier/", plan.plan_file, name="plan-file"),
    path("agenda/<slug:kind>/", plan.plan_list, name="plan-list"),
    path("agenda/<slug:kind>/nouveau/", plan.plan_create, name="plan-create"),
    path("agenda/<slug:kind>/<int:pk>/", plan.plan_detail, name="plan-detail"),
    path("agenda/<slug:kind>/<int:pk>/modifier/", plan.plan_edit, name="plan-edit"),
]
