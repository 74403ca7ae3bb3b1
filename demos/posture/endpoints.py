"""What a program can ask of the posture demo: the command line's analyze, render and self-test, bounded as the page."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from demos.common.errors import BadInput
from demos.common.settings import Settings
from demos.common.validate import number, whole
from demos.posture.exercises import AUTO, exercises

if TYPE_CHECKING:
    Exercise = str
else:
    Exercise = Literal[(AUTO, *exercises())]

MOST_RENDERED = 900  # frames of one film
MOST_PIXELS = 640 * 480  # of each
MOST_REPS, MOST_FPS = 30, 60  # that are looked at before its frames are counted


@dataclass(frozen=True)
class Endpoints:
    """Each public method is one, see common/ui/endpoint.py. Films that are handed out lie in the folder `files`."""

    settings: Settings
    files: Path

    def posture_analyze(
        self,
        video: Path | None = None,
        exercise: Exercise = AUTO,
        film: Path | None = None,
        person: int | None = None,
        range: list[str] | None = None,
        annotated: bool = False,
        language: str = "en",
    ) -> Iterator[dict[str, Any]]:
        """Count the repetitions (or seconds held) of an exercise in a video, and say what was wrong with each.

        Streams stage and share (0 to 1) while it looks; the last message is the result.

        Args:
            video: MP4, MOV, WebM, AVI or GIF, up to five minutes (an hour where the app runs for one person).
            exercise: What is done, or auto, which finds out.
            film: The old name of video.
            person: Whom to count: 1 is furthest left; empty for whoever exercises.
            range: Where somebody's own range ends, like "squat=112" (degrees): they are asked for no more.
            annotated: Also give the video with the skeleton drawn in.
            language: en or ko, for refusals.
        Returns:
            exercise (of which most was done, or null), count, hold_seconds, seconds, fps, frames, frames_with_person,
            clip, sets: each with exercise, count, hold_seconds, start_s, end_s, view, repetitions (number, counted,
            verdict, start_s, bottom_s, end_s, depth_degrees, faults, rejection and more) and others, as in
            `python -m demos.posture analyze --help`; with annotated also annotated (an MP4).
        """
        from demos.posture.coach.own_range import read_ranges, split_range
        from demos.posture.pose.landmarker import MOST_PEOPLE
        from demos.posture.trouble import sentence_for
        from demos.posture.video import video_file
        from demos.posture.video.analyse import Analysis, analyse, as_json
        from demos.posture.video.annotate import write_annotated
        from demos.posture.video.run import Pace

        if (video := video or film) is None:
            raise BadInput("posture.no_video")
        if person is not None:
            person = whole("person", person, 1, MOST_PEOPLE)
        ranges = read_ranges(dict(map(split_range, range or ())))
        most, pace = self.settings.video_seconds, Pace()
        with sentence_for("posture.analysis_failed"):
            if (seconds := video_file.probe(video).seconds) > most:
                raise video_file.too_long(seconds, most)
            with closing(analyse(video, exercise, most, person, ranges)) as found:
                for each in found:
                    if isinstance(each, Analysis):
                        result = as_json(each)
                        if annotated:
                            drawn = self._file(f"{video.stem[:80]}.annotated.mp4")
                            result["annotated"] = drawn
                            for share in write_annotated(drawn, video, each):
                                if pace.is_time():
                                    yield {"stage": "drawing", "share": round(share, 3)}
                        yield result
                    elif pace.is_time():
                        yield {"stage": each.stage, "share": round(each.share, 3)}

    def posture_render(
        self,
        exercise: str,
        reps: int = 5,
        view: str = "side",
        fault: list[str] | None = None,
        faulty_reps: str = "",
        seed: int = 0,
        fps: float = 30.0,
        seconds: float | None = None,
        tempo: float | None = None,
        depth: float | None = None,
        walk_in: bool = False,
        width: int = 640,
        height: int = 480,
        language: str = "en",
    ) -> dict[str, Any]:
        """Render a video of the synthetic athlete, with its truth: what was done when, and with which faults.

        Args:
            exercise: squat, push_up, lunge, bicep_curl and others; a wrong name is answered with all of them.
            reps: Repetitions, at most 30.
            view: front, side, left, right, three_quarter, back, or degrees.
            fault: Named faults; a wrong name is answered with all of the exercise.
            faulty_reps: In which repetitions, counted from 1, with commas between: "2,4"; empty for all.
            seed: Another athlete, room, camera and pace.
            fps: Frames per second; 900 frames at most.
            seconds: How long a position is held (plank, idle).
            tempo: 1 as usual, 2 twice as fast.
            depth: 1 as deep as it should be.
            walk_in: Walk in and take position first.
            width: Pixels; 640 × 480 of them at most.
            height: Pixels.
            language: en or ko, for refusals.
        Returns:
            video (an MP4), width, height, exercise, frames, repetitions (start_s, bottom_s, end_s,
            faults) and others.
        """
        from demos.posture.athlete.performance import perform
        from demos.posture.make.render import read_repetitions, render_video

        reps, fps = whole("reps", reps, 1, MOST_REPS), number("fps", fps, 1, MOST_FPS)

        performance = perform(
            exercise,
            reps=reps,
            view=view,
            faults=fault or (),
            faulty_reps=read_repetitions(faulty_reps, reps),
            seed=seed,
            fps=fps,
            seconds=seconds,
            tempo=tempo,
            depth=depth,
            walk_in=walk_in,
        )
        if len(performance) > MOST_RENDERED or width * height > MOST_PIXELS:
            raise BadInput("posture.athlete_too_large", frames=MOST_RENDERED, given=len(performance))
        video = self._file(f"{performance.exercise}.mp4")
        truth = render_video(performance, video, width=width, height=height)
        return {"video": video} | {name: value for name, value in truth.items() if name != "path"}

    def posture_self_test(self, exercise: list[str] | None = None, language: str = "en") -> Iterator[dict[str, Any]]:
        """Measure the coach on the server's machine, on films of the athlete whose truth is known.

        Streams exercise and share (0 to 1) while it looks; the last message is the result.

        Args:
            exercise: Only these; empty for all whose films are carried.
            language: en or ko, for refusals.
        Returns:
            exact, films, angle_error_degrees (median), fps and results: exercise, true, counted (repetitions, or
            seconds held), exact, angle_error_degrees, frames and fps.
        """
        from demos.posture.self_test.run import Progress, Result, as_json, carried, run
        from demos.posture.video.run import Pace

        results: list[Result] = []
        pace = Pace()
        for found in run([carried(slug) for slug in exercise] if exercise else None):
            if isinstance(found, Progress):
                if pace.is_time():
                    yield {"exercise": found.exercise, "share": round((found.number - 1 + found.share) / found.of, 3)}
            else:
                results.append(found)
        yield as_json(results)

    def _file(self, name: str) -> Path:
        """A place for a file of that name that nobody can guess."""
        self.files.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=self.files)) / name
