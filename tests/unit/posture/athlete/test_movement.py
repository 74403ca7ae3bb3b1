"""The synthetic athlete: bones that keep their length, feet that stand, faults that show, truth that counts."""

import json

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.posture.athlete.performance import Performance, faults_of, main_minima, movements, names, perform
from demos.posture.athlete.rigs import minimum_jerk
from demos.posture.exercises import exercises
from demos.posture.pose.landmarks import INDEX, NAMES
from demos.posture.pose.measures import measures

CARRIED = ("squat", "lunge", "bicep_curl", "push_up", "plank")  # whose faults MARKS knows one by one
EXERCISES = [slug for slug, exercise in exercises().items() if exercise.movement]
COUNTED = [slug for slug in EXERCISES if exercises()[slug].kind == "repetitions"]
FAULTS = [(slug, fault) for slug in EXERCISES for fault in faults_of(slug)]
ALL = [(exercise, ()) for exercise in names()] + [
    (exercise, (fault,)) for exercise in EXERCISES for fault in faults_of(exercise)
]
BONES = [
    *((f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in (
        ("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"), ("shoulder", "hip"),
        ("ankle", "heel"), ("wrist", "index"),
    )),
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
    ("nose", "left_ear"),
]  # fmt: skip


def path(performance: Performance, name: str) -> np.ndarray:
    """(T, 3) of one landmark in the room."""
    return performance.skeleton.landmarks[:, INDEX[name]]


def short(exercise: str, faults: tuple[str, ...] = (), seed: int = 0, **choices: object) -> Performance:
    seconds = 2 if movements()[exercise].get("hold") else None
    return perform(exercise, reps=2, faults=faults, seed=seed, seconds=seconds, **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize(("exercise", "faults"), ALL)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_body_stays_a_body_and_on_the_floor(exercise: str, faults: tuple[str, ...], seed: int) -> None:
    performance = short(exercise, faults, seed, walk_in=seed == 2)
    assert np.isfinite(performance.world).all()
    assert np.isfinite(performance.landmarks).all()
    for a, b in BONES:
        length = np.linalg.norm(path(performance, a) - path(performance, b), axis=1)
        assert np.ptp(length) < 1e-3, f"{a} to {b} changes its length"
    height = performance.skeleton.landmarks[..., 1]
    assert height.min() > 0.0, NAMES[int(height.min(0).argmin())]
    for side in ("left", "right"):
        toe = path(performance, f"{side}_foot_index")
        ground = 0.012 * performance.proportions.stature  # where a standing toe is
        still = (toe[:-1, 1] < ground + 0.003) & (toe[1:, 1] < ground + 0.003)
        slide = np.linalg.norm(np.diff(toe[:, [0, 2]], axis=0), axis=1) * performance.fps
        limit = 0.45 if performance.ready_seconds else 0.2  # metres a second; walking in, a foot may scrape
        assert (slide[still]).max(initial=0) < limit


@pytest.mark.parametrize("exercise", COUNTED)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("walk_in", [False, True])
def test_the_truth_counts_what_the_angle_does(exercise: str, seed: int, walk_in: bool) -> None:
    performance = perform(exercise, reps=4, seed=seed, walk_in=walk_in)
    assert len(performance.repetitions) == 4
    minima = main_minima(performance)
    assert len(minima) == 4
    turns = [turn for _, turn, _ in performance.repetitions]
    np.testing.assert_allclose(np.array(minima) / performance.fps, turns, atol=0.35)
    for start, turn, end in performance.repetitions:
        assert performance.ready_seconds < start < turn < end < performance.seconds
    frames = [round(turn * performance.fps) for turn in turns]
    assert (performance.phase[frames] > 0.98).all()


def test_angles_reach_what_the_table_says() -> None:
    squat = perform("squat", depth=1.0, seed=0)
    assert squat.main_angle.min() == pytest.approx(70, abs=5)
    assert squat.main_angle.max() == pytest.approx(175, abs=3)
    curl = perform("bicep_curl", depth=1.0, seed=0)
    assert curl.main_angle.min() == pytest.approx(40, abs=8)
    pushup = perform("push_up", depth=1.0, seed=0)
    assert pushup.main_angle.min() == pytest.approx(78, abs=6)
    assert short("plank").main_angle.min() > 165


def lean(performance: Performance) -> np.ndarray:
    """(T,) degrees of the trunk from upright, forwards positive."""
    up = performance.skeleton.trunk[..., 1]
    return np.degrees(np.arctan2(up[:, 0], up[:, 1]))


def arm_lift(performance: Performance) -> np.ndarray:
    upper = path(performance, "right_elbow") - path(performance, "right_shoulder")
    return np.degrees(np.arctan2(upper[:, 0], -upper[:, 1]))


def hips_below_line(performance: Performance) -> np.ndarray:
    """(T,) metres that the hips hang below the line from shoulder to ankle."""
    shoulder, hip, ankle = (path(performance, f"left_{joint}") for joint in ("shoulder", "hip", "ankle"))
    share = (hip[:, 0] - ankle[:, 0]) / (shoulder[:, 0] - ankle[:, 0])
    return ankle[:, 1] + share * (shoulder[:, 1] - ankle[:, 1]) - hip[:, 1]


def knees_apart(performance: Performance) -> np.ndarray:
    knees = np.abs(path(performance, "left_knee") - path(performance, "right_knee"))[:, 2]
    return knees / np.abs(path(performance, "left_ankle") - path(performance, "right_ankle"))[:, 2]


def knee_past_toe(performance: Performance) -> np.ndarray:
    sides = [
        path(performance, f"{s}_knee")[:, 0] - path(performance, f"{s}_foot_index")[:, 0] for s in ("left", "right")
    ]
    ahead = path(performance, "left_ankle")[:, 0] > path(performance, "right_ankle")[:, 0]
    return np.where(ahead, *sides)


MARKS = [  # a fault, what shows it, and by how much at least
    ("squat", "shallow", lambda p: p.main_angle.min(), 25),
    ("squat", "knees_in", lambda p: -knees_apart(p).min(), 0.4),
    ("squat", "lean_forward", lambda p: lean(p).max(), 20),
    ("squat", "heels_up", lambda p: path(p, "left_heel")[:, 1].max(), 0.05),
    ("lunge", "shallow", lambda p: p.main_angle.min(), 20),
    ("lunge", "knee_over_toe", lambda p: knee_past_toe(p).max(), 0.10),
    ("lunge", "torso_lean", lambda p: lean(p).max(), 22),
    ("bicep_curl", "partial", lambda p: p.main_angle.min(), 40),
    ("bicep_curl", "elbow_swing", lambda p: arm_lift(p).max(), 30),
    ("bicep_curl", "body_swing", lambda p: np.ptp(lean(p)), 12),
    ("push_up", "shallow", lambda p: p.main_angle.min(), 25),
    ("push_up", "hips_sag", lambda p: hips_below_line(p).max(), 0.06),
    ("push_up", "hips_high", lambda p: -hips_below_line(p).min(), 0.08),
    ("plank", "hips_sag", lambda p: hips_below_line(p).max(), 0.06),
    ("plank", "knees_bent", lambda p: -p.angles["left_knee"].min(), 20),
    ("plank", "hips_high", lambda p: -hips_below_line(p).min(), 0.08),
]


@pytest.mark.parametrize(("exercise", "fault", "mark", "least"), MARKS, ids=[f"{e}-{f}" for e, f, _, _ in MARKS])
@pytest.mark.parametrize("seed", [0, 5])
def test_a_fault_shows_where_it_should(exercise: str, fault: str, mark, least: float, seed: int) -> None:  # type: ignore[no-untyped-def]
    good, bad = short(exercise, seed=seed), short(exercise, (fault,), seed=seed)
    assert mark(bad) - mark(good) > least
    assert good.proportions == bad.proportions
    assert good.appearance == bad.appearance


def test_every_fault_of_the_table_has_a_test() -> None:
    assert {(e, f) for e, f, _, _ in MARKS} == {(e, f) for e in CARRIED for f in faults_of(e)}


@pytest.mark.parametrize(("exercise", "fault"), FAULTS)
def test_a_fault_shows_in_what_a_coach_can_measure(exercise: str, fault: str) -> None:
    good, bad = (measures(short(exercise, faults).world) for faults in ((), (fault,)))
    others = ("width", "lift", "height", "stance", "over_toe", "facing")  # no angles, or none of the body's
    degrees = [name for name in good if not name.endswith(others)]
    by = {name: max(abs(bad[name].min() - good[name].min()), abs(bad[name].max() - good[name].max())) for name in good}
    assert (
        max(by[name] for name in degrees) > 10 or max(by[name] for name in ("knee_width", "stance", "heel_lift")) > 0.2
    )


def test_only_the_chosen_repetitions_are_faulty() -> None:
    performance = perform("squat", reps=4, faults=("shallow",), faulty_reps={1, 3}, seed=2)
    assert performance.rep_faults == ((), ("shallow",), (), ("shallow",))
    depths = performance.main_angle[main_minima(performance)]
    assert (depths[[0, 2]] < 85).all()
    assert (depths[[1, 3]] > 100).all()
    assert np.abs(np.diff(performance.main_angle)).max() < 12  # no jump between poses


def test_the_same_arguments_give_the_same_video_and_another_seed_another() -> None:
    a, b, c = (perform("lunge", reps=2, seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(a.landmarks, b.landmarks)
    assert a.truth() == b.truth()
    assert a.appearance == b.appearance
    assert a.proportions != c.proportions


@pytest.mark.parametrize(("name", "known"), [("Push-up", "push_up"), ("bicep curl", "bicep_curl"), ("Squat", "squat")])
def test_the_names_of_the_coach_are_understood(name: str, known: str) -> None:
    assert perform(name, reps=1).exercise == known


def test_lunges_take_turns() -> None:
    performance = perform("lunge", reps=4, seed=1)
    step = path(performance, "left_ankle")[:, 0] - path(performance, "right_ankle")[:, 0]
    ahead = np.sign(step[[round(turn * performance.fps) for _, turn, _ in performance.repetitions]])
    assert list(ahead[1:]) == list(-ahead[:-1])


def test_tempo_and_seconds() -> None:
    slow, fast = (perform("bicep_curl", reps=3, seed=0, tempo=tempo).seconds for tempo in (0.5, 2.0))
    assert slow > 3 * fast
    assert perform("plank", seconds=7.5).hold_seconds == pytest.approx(7.5)
    assert perform("squat").hold_seconds == 0


@pytest.mark.parametrize("exercise", [name for name in names() if name not in EXERCISES])
def test_what_is_no_exercise_counts_nothing(exercise: str) -> None:
    performance = short(exercise)
    assert performance.repetitions == ()
    assert performance.hold_seconds == 0


def test_getting_ready_begins_outside_the_image_and_ends_on_the_floor() -> None:
    performance = perform("get_ready", seed=3, view="side")
    x = performance.landmarks[0, :, 0]
    assert ((x < 0.1) | (x > 0.9)).any()
    standing, lying = path(performance, "nose")[60, 1], path(performance, "nose")[-1, 1]
    assert standing > 1.3 > 0.9 > lying
    speed = np.linalg.norm(np.diff(performance.skeleton.landmarks, axis=0), axis=-1).max() * performance.fps
    assert speed < 6  # metres a second: nothing jumps


@pytest.mark.parametrize(
    ("choices", "part"),
    [
        ({"exercise": "yoga"}, "yoga"),
        ({"faults": ("hips_sag",)}, "hips_sag"),
        ({"view": "above"}, "above"),
        ({"view": float("nan")}, "nan"),
        ({"reps": 0}, "reps"),
        ({"reps": float("nan")}, "reps"),
        ({"depth": float("nan")}, "depth"),
        ({"tempo": 0.0}, "tempo"),
        ({"fps": 1000}, "fps"),
        ({"seconds": float("inf")}, "seconds"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_cannot_be_performed_is_refused_in_words(choices: dict[str, object], part: str) -> None:
    with pytest.raises(BadInput, match=part):
        perform(**({"exercise": "squat"} | choices))  # type: ignore[arg-type]


def test_truth_is_json() -> None:
    performance = perform("squat", reps=2, faults=("knees_in",), seed=0)
    truth = json.loads(json.dumps(performance.truth()))
    assert truth["exercise"] == "squat"
    assert [rep["faults"] for rep in truth["repetitions"]] == [["knees_in"]] * 2
    assert len(truth["main_angle_degrees"]) == truth["frames"] == len(performance)


def test_minimum_jerk_starts_and_ends_at_rest() -> None:
    u = np.linspace(-0.5, 1.5, 2001)
    way = minimum_jerk(u)
    assert way[0] == 0
    assert way[-1] == 1
    assert (np.diff(way) >= 0).all()
    at = np.searchsorted(u, [0.0, 1.0])
    assert np.gradient(way, u)[at] == pytest.approx([0, 0], abs=1e-4)
