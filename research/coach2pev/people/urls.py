from django.urls import path

from research.coach2pev.people import views

urlpatterns = [
    path("coachs/", views.coach_list, name="coach-list"),
    path("coachs/nouveau/", views.coach_create, name="coach-create"),
    path("coachs/<int:pk>/modifier/", views.coach_edit, name="coach-edit"),
    path("coachees/", views.coachee_list, name="coachee-list"),
    path("coachees/nouveau/", views.coachee_create, name="coachee-create"),
    path("coachees/<int:pk>/modifier/", views.coachee_edit, name="coachee-edit"),
    path("personnel/", views.staff_list, name="staff-list"),
    path("personnel/nouveau/", views.staff_create, name="staff-create"),
    path("personnel/<int:pk>/modifier/", views.staff_edit, name="staff-edit"),
]
