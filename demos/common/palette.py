"""The colours, once. Everything drawn takes them from here; the page gets them as CSS variables from `ui/theme.py`."""

CLASS_ORANGE = "#E69F00"  # Okabe–Ito: class 0 everywhere
CLASS_BLUE = "#0072B2"  # Okabe–Ito: class 1 everywhere
CLASS_GREEN, CLASS_PURPLE = "#009E73", "#CC79A7"  # Okabe–Ito: classes 2 and 3

# Paper by day, ink by night: (day, night).
SURFACES = {
    "paper": ("#faf6ee", "#14171c"),
    "card": ("#fffdf8", "#1b1f26"),
    "ink": ("#23211d", "#ece7dc"),
    "muted": ("#6a645a", "#a59f93"),
    "line": ("#ded6c6", "#343a44"),
    "good": ("#2f7d4f", "#7fcf9c"),
    "bad": ("#b3372f", "#f0938b"),
    "class-0": (CLASS_ORANGE, CLASS_ORANGE),
    "class-1": (CLASS_BLUE, "#56B4E9"),
    "class-2": (CLASS_GREEN, "#2FBF96"),
    "class-3": (CLASS_PURPLE, CLASS_PURPLE),
    "class-4": ("#4C4740", "#CFC8BA"),
}
