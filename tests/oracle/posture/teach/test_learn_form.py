"""Good from bad, taught by one athlete and judged on others: seeds, bodies and directions it did not learn from."""

import pytest

from demos.posture.athlete.camera import VIEWS
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.data import repetition_window
from demos.posture.form import look
from demos.posture.teach.learn_form import learn
from demos.posture.teach.performed import performed
from demos.posture.teach.propose import propose
from demos.posture.teach.recording import Recording, record

# A movement, what is bad about it (a named fault, or channels of the athlete), and the view.
TAUGHT = [
    ("squat", "lean_forward", "side"),
    ("push_up", "hips_sag", "side"),
    ("bicep_curl", "elbow_swing", "side"),
    ("overhead_press", "lean_back", "three_quarter"),
    ("lateral_raise", "elbows_bent", "front"),
    ("row", {"torso": -28}, "side"),
    ("front_raise", {"elbow": -50}, "side"),
    ("squat", {"stance": 0.8}, "front"),
]


def film(movement: str, mistake: str | dict[str, float] | None, direction: float, seed: int) -> Recording:
    named = [mistake] if isinstance(mistake, str) else []
    style = mistake if isinstance(mistake, dict) else None
    done = perform(movement, reps=3, view=direction, faults=named, style=style, seed=seed, fps=12)
    return record([(pose.seconds, pose) for pose in simulate_landmarks(done, seed)])


def judged(movement: str, mistake: str | dict[str, float], view: str, seed: int = 1) -> list[bool]:
    """Whether each repetition of two strangers, one good and one bad, is taken for what it is."""
    shown = film(movement, None, VIEWS[view], seed)
    exercise = propose(shown)[0].exercise
    bad = film(movement, mistake, VIEWS[view] + 3, seed + 100)
    *_, learned = learn([(True, performed(exercise, shown)), (False, performed(exercise, bad))])
    assert learned.head is not None
    rights = []
    for good in (True, False):
        stranger = film(movement, None if good else mistake, VIEWS[view] - 8, seed + 200 + good)
        for one in performed(exercise, stranger):
            window = repetition_window(one.seconds, one.world, one.start, one.end)
            rights.append((float(learned.head.probabilities(look(window[None]))[0]) > 0.5) == good)
    return rights


def test_a_strangers_leaning_squats_are_told_from_good_ones() -> None:
    rights = judged("squat", "lean_forward", "side")
    assert len(rights) == 6
    assert sum(rights) >= 5


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_strangers_mistakes_named_and_unnamed_are_told_from_good_repetitions() -> None:
    rights = [right for case in TAUGHT for right in judged(*case)]
    assert len(rights) >= 40
    assert sum(rights) >= 0.85 * len(rights), f"{sum(rights)} of {len(rights)}"
