from django.urls import path

from research.medexis.stock_outs import calendar_views, episode_views, views

urlpatterns = [
    path("ruptures/", episode_views.stock_out_list, name="stock-out-list"),
    path("ruptures/calendrier/", calendar_views.stock_calendar, name="stock-calendar"),
    path("ruptures/saisie/", views.stock_out_create, name="stock-out-create"),
    path("ruptures/<int:pk>/", views.stock_out_edit, name="stock-out-edit"),
    path("ruptures/episodes/<int:pk>/", episode_views.stock_out_episode, name="stock-out-episode"),
]
