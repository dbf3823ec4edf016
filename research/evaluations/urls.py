from django.urls import path

from research.evaluations.views import evaluation, home, sites

urlpatterns = [
    path("", home.home, name="home"),
    path("evaluations/<slug:code>/", evaluation.evaluation_detail, name="evaluation-detail"),
    path("sites/", sites.site_list, name="site-list"),
    path("sites/<int:pk>/", sites.site_detail, name="site-detail"),
]
