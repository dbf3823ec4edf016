"""Every address of the site. The rooms of the two floors bring their own; here is what belongs to none of them."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from capev_site.health import health

urlpatterns = [
    path("langue/", login_not_required(set_language), name="set_language"),
    path("connexion/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("deconnexion/", auth.LogoutView.as_view(), name="logout"),
    path("sante", health, name="health"),
    path("admin/", admin.site.urls),
    path("", include("research.urls")),
    path("", include("indicators.urls")),  # last: below its /api/ nothing else is looked for
]
