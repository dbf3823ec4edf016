from django.contrib.auth import views as auth
from django.urls import path

from indicators.accounts.invitations import views as invitations
from indicators.accounts.own import views as own
from indicators.accounts.sign_in import views as sign_in

urlpatterns = [
    path("connexion/", sign_in.SignIn.as_view(), name="login"),
    path("connexion/code/", sign_in.sign_in_code, name="sign-in-code"),
    path("connexion/oubli/", sign_in.Forgotten.as_view(), name="password-forgotten"),
    path("connexion/oubli/envoye/", sign_in.ForgottenSent.as_view(), name="password-forgotten-sent"),
    path("connexion/nouveau/<uidb64>/<token>/", sign_in.NewPassword.as_view(), name="password_reset_confirm"),
    path("deconnexion/", auth.LogoutView.as_view(), name="logout"),
    path("compte/", own.own_account, name="own-account"),
    path("compte/mot-de-passe/", own.OwnPassword.as_view(), name="own-password"),
    path("compte/second-facteur/", own.second_factor_page, name="second-factor"),
    path("compte/second-facteur/codes/", own.printed_codes, name="printed-codes"),
    path("compte/second-facteur/retirer/", own.second_factor_remove, name="second-factor-remove"),
    path("compte/sessions/terminer/", own.end_sessions, name="end-sessions"),
    path("droits/", own.rights, name="rights"),
    path("comptes/invitations/", invitations.invitation_list, name="invitation-list"),
    path("comptes/invitations/<int:pk>/etape/", invitations.invitation_step, name="invitation-step"),
    path("invitation/<slug:secret>/", invitations.invitation_take_up, name="invitation-take-up"),
]
