"""Milliseconds a frame: the landmarker, the coach, the classifier."""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from demos.common.scheduling.threads import single_threaded
from demos.posture import learn
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.coach import Coach
from demos.posture.data import FEATURES, STEPS, window
from demos.posture.exercises import exercises
from demos.posture.people.people import People
from demos.posture.pose.landmarker import Landmarker
from demos.posture.recognise import Recogniser
from demos.posture.video import clips, video_file
from demos.posture.video.analyse import analyse
from tests.benchmarks.figures import figure


def images(count: int) -> list[np.ndarray]:
    return [frame.image for frame in islice(video_file.read(clips.clip("squat")), count)]


def test_a_frame_with_looks_for_others_beside_the_bare_landmarker(benchmark: Any, in_turn: Callable) -> None:
    """At most 1.1 times is aimed at. Thirty frames a turn, a second of a film, in which others are looked for once."""
    frames, clock = images(30), count()

    def look(detect: Callable[[np.ndarray, float], object]) -> None:
        for image in frames:
            detect(image, next(clock) / 30)

    with People() as people, Landmarker() as landmarker:
        seconds = in_turn({"ours": lambda: look(people.update), "bare": lambda: look(landmarker.detect)}, rounds=9)
    figure(
        benchmark,
        what="a frame's landmarks, with looks for others",
        unit="ms",
        ours=1000 * seconds["ours"] / len(frames),
        peer="the bare landmarker",
        theirs=1000 * seconds["bare"] / len(frames),
        at_most=1.1,
    )


def test_what_follows_the_landmarks_beside_the_landmarker(benchmark: Any, in_turn: Callable) -> None:
    """The coach at each frame; the network, alone and with its features, four times a second. Ten of each a turn."""
    frames, clock = cycle(images(60)), count()
    squats = simulate_landmarks(perform("squat", reps=3, seed=1), 1)
    poses, coach = cycle(squats), Coach(exercises()["squat"])
    times = (number / 30 for number in count())
    network, windows = learn.load_network(), torch.randn(1, STEPS, FEATURES)
    recogniser, last = Recogniser(), squats[90].seconds

    def coached() -> None:
        for _ in range(10):
            coach.update(replace(next(poses), seconds=(now := next(times))), now)

    with Landmarker() as landmarker, torch.no_grad(), single_threaded():
        ways = {
            "the coach": coached,
            "the network that tells exercises": lambda: [network(windows) for _ in range(10)],
            "the network with its features": lambda: [
                recogniser.ask(window(squats[:91], last), last) for _ in range(10)
            ],
            "bare": lambda: [landmarker.detect(next(frames), next(clock) / 30) for _ in range(10)],
        }
        seconds = in_turn(ways, rounds=30)
    assert coach.count >= 1  # it went on counting: poses out of time would be none, and cost nothing
    for name in list(ways)[:-1]:
        figure(
            benchmark,
            what=f"{name}, once",
            unit="ms",
            ours=100 * seconds[name],
            peer="the landmarker on a frame",
            theirs=100 * seconds["bare"],
        )


# A film from beginning to end: 0.9 of the bare landmarker's speed is asked of the analysis.


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds of a squat as a phone films it, 1280×960."""
    path = tmp_path_factory.mktemp("film") / "squat.mp4"
    frames = islice(video_file.read(clips.clip("squat")), 150)
    large = (cv2.resize(frame.image, (1280, 960), interpolation=cv2.INTER_CUBIC) for frame in frames)
    video_file.write(path, large, 30)
    return path


@pytest.mark.parametrize("exercise", ["auto", "squat"])
def test_a_film_is_analysed_at_nine_tenths_of_the_bare_landmarkers_speed(  # type: ignore[no-untyped-def]
    benchmark, film: Path, exercise: str
) -> None:
    """In turn, so that a machine that others use too treats both alike; the landmarker is given frames read before."""
    frames, times = list(video_file.read(film)), {"bare": 0.0, "ours": 0.0}

    def look() -> None:
        with Landmarker() as landmarker:
            for frame in frames:
                landmarker.detect(frame.image, frame.seconds)

    def both() -> None:
        for name, work in (("bare", look), ("ours", lambda: list(analyse(film, exercise)))):
            begun = time.perf_counter()
            work()
            times[name] += time.perf_counter() - begun

    both()
    times |= {"bare": 0.0, "ours": 0.0}
    benchmark.pedantic(both, rounds=5)
    analysed = 5 * len(frames)
    ratio = figure(
        benchmark,
        what=f"a film of 1280 × 960 is analysed, {exercise}",
        unit="frames a second",
        ours=analysed / times["ours"],
        peer="the bare landmarker on frames read before",
        theirs=analysed / times["bare"],
        at_least=0.9,
        headline="Posture: a film is analysed" if exercise == "auto" else "",
    )
    assert ratio >= 0.9
