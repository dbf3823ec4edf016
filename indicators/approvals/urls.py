from django.urls import path

from indicators.approvals import views

urlpatterns = [
    path("verifications/", views.approval_list, name="approval-list"),
    path("verifications/<slug:kind>/<str:key>/", views.approval_detail, name="approval-detail"),
    path("verifications/<slug:kind>/<str:key>/ouvrir/", views.approval_open, name="approval-open"),
    path("verifications/<slug:kind>/<str:key>/<slug:step>/", views.approval_step, name="approval-step"),
]
