from django.urls import path

from research.evaluations.exposure import views as exposure
from research.evaluations.views import evaluation, home, sites

urlpatterns = [
    path("", home.home, name="home"),
    path("evaluations/<slug:code>/", evaluation.evaluation_detail, name="evaluation-detail"),
    path("evaluations/<slug:code>/exposition/", exposure.exposure, name="exposure"),
    path("evaluations/<slug:code>/exposition/nouvelle/", exposure.stage_create, name="exposure-stage-create"),
    path("evaluations/<slug:code>/exposition/<int:pk>/", exposure.stage_edit, name="exposure-stage-edit"),
    path("evaluations/<slug:code>/exposition/plan/<int:pk>/", exposure.plan_edit, name="exposure-plan"),
    path("sites/", sites.site_list, name="site-list"),
    path("sites/<int:pk>/", sites.site_detail, name="site-detail"),
]
