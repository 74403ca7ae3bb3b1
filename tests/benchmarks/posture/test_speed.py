"""Milliseconds a frame: the landmarker, the coach, the classifier."""

import time
from dataclasses import replace
from itertools import count, cycle, islice
from pathlib import Path

import cv2
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
from demos.posture.video.analyse import analyse


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
    times = (number / 30 for number in count())
    benchmark(lambda: coach.update(replace(next(poses), seconds=(now := next(times))), now))
    assert coach.count > 3  # it went on counting: poses out of time would be none, and cost nothing


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


# A film from beginning to end: 0.9 of the bare landmarker's speed is asked of the analysis.


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds of a squat as a phone films it, 1280×960."""
    path = tmp_path_factory.mktemp("film") / "squat.mp4"
    frames = islice(video_file.read(clips.clip("squat")), 150)
    large = (cv2.resize(frame.image, (1280, 960), interpolation=cv2.INTER_CUBIC) for frame in frames)
    video_file.write(path, large, 30)
    return path


@pytest.mark.benchmark(group="posture, a film")
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
    benchmark.extra_info |= {**times, "speed": times["bare"] / times["ours"]}
    print(benchmark.extra_info)
    assert benchmark.extra_info["speed"] >= 0.9
