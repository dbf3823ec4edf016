from django.urls import path

from indicators.pages import style_views, views

urlpatterns = [
    path("nombres/<slug:code>/<int:unit>/<str:period>/", views.number_detail, name="number-detail"),
    path("indicateurs/<slug:code>/", views.indicator_detail, name="indicator-detail"),
    path("charte/", style_views.style_guide, name="style-guide"),
]
