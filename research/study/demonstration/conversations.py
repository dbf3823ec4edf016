"""What coaches might write down of a conversation (goal, reality, options), and between visits. Made up."""

from random import Random

_GOALS = (
    "Que chaque séance du mois ait lieu et que les relais en soient prévenus la veille.",
    "Retrouver les enfants qui n'ont reçu aucune dose dans les deux villages les plus éloignés.",
    "Que le registre, la fiche de stock et le rapport disent la même chose.",
    "Ne plus perdre de doses pour un défaut de température.",
)
_REALITIES = (
    "Deux séances sur quatre ont eu lieu ; l'agent qui vaccine était en formation.",
    "La liste existe, mais personne ne l'a revue depuis trois mois.",
    "Le relevé du week-end manque ; la clé du magasin est chez une seule personne.",
    "Les relais viennent, sans savoir quels enfants chercher.",
)
_OPTIONS = (
    "Former une deuxième personne aux injections ; ou déplacer la séance au jour de marché.",
    "Revoir la liste à la réunion mensuelle ; ou la confier à la matrone.",
    "Confier une deuxième clé à l'aide-soignant ; ou relever la température à distance.",
    "Donner à chaque relais la liste de son village ; ou passer avec lui une première fois.",
)
COMMENTS = (
    "Appelé ce matin : le calendrier est affiché, les relais sont prévenus.",
    "La boîte de sécurité n'est pas encore livrée ; le district en a promis une pour vendredi.",
    "Photo du relevé reçue : une seule mesure dimanche.",
    "La liste compte maintenant les enfants de deux villages ; il en reste un.",
)


def conversation(random: Random) -> dict[str, str]:
    """Goal, reality and options of a visit; some coaches leave a part blank."""
    parts = {"goal": random.choice(_GOALS), "reality": random.choice(_REALITIES), "options": random.choice(_OPTIONS)}
    return {name: text if random.random() < 0.8 else "" for name, text in parts.items()}
