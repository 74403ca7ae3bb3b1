"""Milliseconds a frame: the landmarker, the coach, the classifier."""

from itertools import cycle, islice

import pytest
import torch

from demos.common.threads import single_threaded
from demos.posture import learn
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.coach import Coach
from demos.posture.data import FEATURES, STEPS, window
from demos.posture.exercises import exercises
from demos.posture.landmarker import Landmarker
from demos.posture.people.people import People
from demos.posture.recognise import Recogniser
from demos.posture.video import clips, video_file


@pytest.mark.benchmark(group="posture, one frame")
def test_landmarker(benchmark) -> None:  # type: ignore[no-untyped-def]
    frames = cycle([frame.image for frame in islice(video_file.read(clips.clip("squat")), 60)])
    with Landmarker() as landmarker:
        clock = iter(range(10**9))
        benchmark(lambda: landmarker.detect(next(frames), next(clock) / 30))


@pytest.mark.benchmark(group="posture, one frame")
def test_people(benchmark) -> None:  # type: ignore[no-untyped-def]
    """The same with looks for others, the coach and the classifier: at most 1.1 times the bare landmarker."""
    frames = cycle([frame.image for frame in islice(video_file.read(clips.clip("squat")), 60)])
    with People() as people:
        clock = iter(range(10**9))
        benchmark.pedantic(lambda: people.update(next(frames), next(clock) / 30), rounds=300, warmup_rounds=30)


@pytest.mark.benchmark(group="posture, one frame")
def test_coach(benchmark) -> None:  # type: ignore[no-untyped-def]
    poses = cycle(simulate_landmarks(perform("squat", reps=3, seed=1), 1))
    coach = Coach(exercises()["squat"])
    clock = iter(range(10**9))
    benchmark(lambda: coach.update(next(poses), next(clock) / 30))


@pytest.mark.benchmark(group="posture, one frame")
def test_classifier(benchmark) -> None:  # type: ignore[no-untyped-def]
    network, windows = learn.load_network(), torch.randn(1, STEPS, FEATURES)
    with torch.no_grad(), single_threaded():
        benchmark(lambda: network(windows))


@pytest.mark.benchmark(group="posture, one frame")
def test_answer_four_times_a_second(benchmark) -> None:  # type: ignore[no-untyped-def]
    """What the network costs with its features, four times a second: a peer of the landmarker at each frame."""
    poses = simulate_landmarks(perform("squat", reps=1, seed=1, fps=30), 1)
    recogniser = Recogniser()
    benchmark(lambda: recogniser.ask(window(poses, poses[-1].seconds), poses[-1].seconds))
