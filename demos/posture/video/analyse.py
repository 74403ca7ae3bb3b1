"""A video from beginning to end: who does what, how often, how deep, how fast."""

import math
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from statistics import median

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.coach import Coach
from demos.posture.coach.own_range import asked_of
from demos.posture.coach.set_tracker import ExerciseSet, FrameResult, SetTracker, set_of
from demos.posture.exercises import AUTO, Exercise, exercises, find_exercise
from demos.posture.people.people import People, Spot
from demos.posture.people.upright import Upright
from demos.posture.report.record import Record
from demos.posture.report.sets import called, report_of
from demos.posture.second_opinion import Opinions
from demos.posture.video import video_file
from demos.posture.video.hindsight import about, hands_stay, is_settled, turned, who_exercises
from demos.posture.video.results import Poses, Results
from demos.posture.video.video_file import VideoInfo

MOST_TURNED = 18_000  # frames of a video in which nothing was recognised that are looked at from all sides
FEWEST = 5  # frames with a person from which there is something to say
PART = 1.5  # seconds between two parts of a result that are shown while the rest is on its way
PATIENCE = 20  # times as long as showing the last part took is looked on, at least, before the next one is shown
NO_RANGES: Mapping[str, float] = {}


@dataclass(frozen=True)
class Analysis:
    """All of a video. `exercise` is the one most was done of, or None; `results` has one entry a frame.

    `kept` are the angles of every frame, where somebody has kept them on the way. `stopped`: the visitor wanted no more
    of it; `info.seconds` is how much was looked at.
    """

    info: VideoInfo
    results: Results = field(repr=False)
    sets: tuple[ExerciseSet, ...] = ()
    kept: Record | None = field(default=None, repr=False)
    stopped: bool = False

    @property
    def main(self) -> ExerciseSet | None:
        """The set with most in it."""
        return max(self.sets, key=lambda done: (done.count, done.hold, len(done.attempts)), default=None)

    @property
    def exercise(self) -> str | None:
        return self.main.exercise if self.main else None

    @property
    def count(self) -> int:
        """Repetitions of that exercise, of all its sets."""
        return sum(done.count for done in self.sets if done.exercise == self.exercise)

    @property
    def hold(self) -> float:
        """Seconds that it was held, in all its sets."""
        return sum(done.hold for done in self.sets if done.exercise == self.exercise)

    def report(self) -> dict[str, object]:
        """The result as JSON: times in seconds, angles in degrees.

        {exercise, count, hold_seconds, seconds, fps, frames, frames_with_person, sets: see `report_of`}. `count` and
        `hold_seconds` are of all sets of `exercise`.
        """
        return {
            "exercise": called(self.main) if self.main else None,
            "count": self.count,
            "hold_seconds": round(self.hold, 2),
            "seconds": round(self.info.seconds, 3),
            "fps": round(self.info.fps, 3),
            "frames": len(self.results),
            "frames_with_person": self.results.poses.seen,
            "sets": report_of(self.sets, self.record),
        }

    @cached_property
    def record(self) -> Record:
        """The angles of every frame."""
        return self.kept or Record(self.results)


@dataclass(frozen=True)
class Progress:
    """How far it got: `share` of the video, 0 to 1, is done at this `stage`: "copying", "looking" or "counting".

    `result` is of the newest frame; `so_far` the Analysis of what was seen until now, where a new one is ready.
    """

    stage: str
    share: float
    result: FrameResult | None = None
    so_far: Analysis | None = None


def track(
    path: str | Path,
    exercise: str | Exercise = AUTO,
    max_seconds: float = video_file.MAX_SECONDS,
    person: Spot | int | None = None,
) -> Generator[tuple[FrameResult, People], None, None]:
    """Go through the video at `path`, frame by frame. `person` is whom to follow, see People.

    Raises BadInput as `video_file.read` does.
    """
    frames = video_file.read_ahead(path, max_seconds=max_seconds)
    with (
        People(exercise, person) as people,
        closing(frames),
        closing(people.updates((frame.image, frame.seconds) for frame in frames)) as results,
    ):
        for result in results:
            yield result, people


def analyse(
    path: str | Path,
    exercise: str | Exercise = AUTO,
    max_seconds: float = video_file.MAX_SECONDS,
    person: Spot | int | None = None,
    ranges: Mapping[str, float] = NO_RANGES,
    enough: Callable[[], bool] = lambda: False,
) -> Generator[Progress | Analysis, None, None]:
    """Progress for each frame of the video at `path`, a part of the result now and then, and at last the Analysis.

    ranges: of some exercises (their slugs) the angle in degrees at which somebody's range ends: they are asked for no
    more. enough: whether what was seen until now shall be all. Raises BadInput as `video_file.read` does, and when
    nobody is in the video, or not the `person` asked for.
    """
    info = video_file.probe(path)
    results, record, people, stopped = Results(), Record(), None, False
    part_at = time.monotonic() + PART
    with closing(track(path, within(exercise, ranges), max_seconds, person)) as tracked:
        for result, people in tracked:
            results.append(result)
            record.add(result)
            share = min(1.0, result.seconds / info.seconds) if info.seconds else 0.0
            begun = time.monotonic()
            if begun > part_at:
                yield Progress("looking", share, result, Analysis(info, results, tuple(people.sets), record))
                now = time.monotonic()
                part_at = now + max(PART, PATIENCE * (now - begun))
            else:
                yield Progress("looking", share, result)
            if stopped := enough():
                break
    del record  # of an hour it is large; the analysis of the whole makes its own
    if people is None or people.tracker is None:
        raise people.nobody() if people else BadInput("posture.no_person")
    tracker = people.tracker
    if not is_settled(results.poses):
        tracker = people.new_tracker()
        poses = about(who_exercises(results), results.poses, info.width / info.height)
        results = yield from count(poses, tracker)
    yield from conclude(info, results, tracker, ranges, stopped)


def recount(
    analysis: Analysis, exercise: str | Exercise, ranges: Mapping[str, float] = NO_RANGES
) -> Generator[Progress | Analysis, None, None]:
    """The same video counted as another exercise, or as what it finds in "auto"; its poses are those found before."""
    tracker, poses = SetTracker(within(exercise, ranges)), analysis.results.poses
    if tracker.coach is not None:  # what is done tells more of which way is up
        upright = Upright(tracker.coach.exercise, next((pose.turns for _, pose in poses if pose), 0))
        for _, pose in poses:
            if pose is not None:
                upright.update(pose, lambda turns: False)
        poses = turned(poses, upright.turns)
    results = yield from count(poses, tracker)
    yield from conclude(analysis.info, results, tracker, ranges, analysis.stopped)


def within(exercise: str | Exercise, ranges: Mapping[str, float]) -> str | Exercise:
    """What is told (a slug, "auto", an exercise), asked of somebody with these `ranges`; see `analyse`."""
    slug = exercise if isinstance(exercise, str) else exercise.slug
    return asked_of(find_exercise(slug), ranges[slug]) if slug in ranges else exercise


def count(poses: Poses, tracker: SetTracker) -> Generator[Progress, None, Results]:
    """What `tracker` makes of all the poses."""
    results = Results(poses=poses)
    for seconds, pose in poses:
        results.append(tracker.update(pose, seconds))
        yield Progress("counting", len(results) / len(poses))
    return results


def conclude(
    info: VideoInfo,
    results: Results,
    tracker: SetTracker | None,
    ranges: Mapping[str, float] = NO_RANGES,
    stopped: bool = False,
) -> Generator[Progress | Analysis, None, None]:
    """The Analysis of all frames, after some Progress. Raises BadInput when nobody was in them."""
    if tracker is None or results.poses.seen < FEWEST:
        raise BadInput("posture.no_person")
    steps = np.diff([result.seconds for result in results[-FEWEST:]])
    seconds = results[-1].seconds + float(median(steps))
    if tracker.recogniser is None and tracker.coach is not None:
        tracker.coach.finish(results[-1].seconds)
    sets = tracker.sets
    if tracker.recogniser is not None:
        sets = sets or (yield from by_rules(results.poses, tracker.recogniser.guess))
        if not sets:
            results, sets = yield from any_way_up(results)
        results, sets = yield from in_hindsight(results, sets, ranges)
    yield Analysis(replace(info, seconds=seconds), results, tuple(sets), stopped=stopped)


def any_way_up(results: Results) -> Generator[Progress, None, tuple[Results, list[ExerciseSet]]]:
    """The results turned so that most is recognised in them, of a video in which nothing is as it is, and the sets.

    Two repetitions are no accident; of a position that is held nobody can tell, nor of what is done on the back: who
    stands and touches their toes, turned on one side, sits up. Who punches does push-ups then, but for the hands.
    """
    best, best_sets, most = results, list[ExerciseSet](), 1
    now = next(pose.turns for _, pose in results.poses if pose)
    for turns in range(1, 4) if len(results) <= MOST_TURNED else ():
        tracker = SetTracker()
        upright = yield from count(turned(results.poses, now + turns), tracker)
        sets = tracker.sets or (yield from by_rules(upright.poses))
        unlikely = ("back",) if hands_stay(upright.poses) else ("back", "floor")
        sets = [found for found in sets if (found.definition.movement or {}).get("rig") not in unlikely]
        done = sum(found.count for found in sets)
        if done > most:
            best, best_sets, most = upright, sets, done
    return best, best_sets


def summarise(info: VideoInfo, results: Iterable[FrameResult], tracker: SetTracker) -> Analysis:
    """The same at once."""
    *_, analysis = conclude(info, Results(results), tracker)
    assert isinstance(analysis, Analysis)
    return analysis


def by_rules(poses: Poses, guess: str | None = None) -> Generator[Progress, None, list[ExerciseSet]]:
    """The one set of a video in which the network recognised nothing: it is too short, or a barbell hides the arms.

    Of the exercise that the network would `guess`, and those whose rules alone tell them from any other movement, the
    one that counts most, if most of what was tried counts.
    """
    alone = [slug for slug, exercise in exercises().items() if exercise.by_rules and slug != guess]
    coaches = [Coach(find_exercise(slug)) for slug in ([guess] if guess else []) + alone]
    for number, (seconds, pose) in enumerate(poses, 1):
        for coach in coaches:
            coach.update(pose, seconds)
        yield Progress("counting", number / len(poses))
    best = max(coaches, key=lambda coach: coach.count, default=None)
    if best is None or 2 * best.count <= len(best.attempts):
        return []
    return [set_of(best, 0.0)]


def in_hindsight(
    results: Results, sets: list[ExerciseSet], ranges: Mapping[str, float] = NO_RANGES
) -> Generator[Progress, None, tuple[Results, list[ExerciseSet]]]:
    """The same video for coaches who know from the start which exercise comes.

    Live, an exercise is known only after two seconds of it. Of a whole video each set's coach sees everything from the
    end of the set before, the first one from the video's beginning. Nobody is asked for more than their `ranges`.
    """
    if not sets:
        return results, sets
    begins = [0.0, *(done.start for done in sets[1:]), math.inf]
    known = {slug: asked_of(find_exercise(slug), ends) for slug, ends in ranges.items()}
    sets = [replace(done, own=known.get(done.exercise, done.own)) for done in sets]
    coaches, opinions = [Coach(done.definition) for done in sets], [Opinions() for _ in sets]
    recounted, at = Results(poses=results.poses), 0
    answers = results.answers()
    for (seconds, pose), answer in zip(results.poses, answers, strict=False):
        while seconds >= begins[at + 1]:
            at += 1
        reading = coaches[at].update(pose, seconds)
        opinion = opinions[at].update(coaches[at], reading, answer, seconds)
        recounted.append(FrameResult(seconds, pose, sets[at].exercise, reading, own=sets[at].own, opinion=opinion))
        yield Progress("counting", len(recounted) / len(results))
    coaches[-1].finish(results[-1].seconds)
    seen = zip(sets, coaches, begins[:-1], strict=True)
    counted = [set_of(coach, begin, own=done.own) for done, coach, begin in seen]
    return recounted, [known.added(done) for known, done in zip(opinions, counted, strict=True)]


def as_json(analysis: Analysis) -> dict[str, object]:
    """`Analysis.report()` with the video's size: what the command line prints."""
    return {**analysis.report(), "clip": asdict(analysis.info)}
