"""The posture demo on the command line: `python -m demos.posture analyze VIDEO`, `render`, `train`."""

import json as jsonlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from demos.common import cli
from demos.common.errors import BadInput
from demos.common.models import weights
from demos.common.scheduling.ray_cluster import OPTION, check
from demos.common.validate import whole
from demos.common.whole_file import write_text
from demos.posture.exercises import AUTO, NETWORK, exercises, find_exercise, recognisable
from demos.posture.make.render import render

if TYPE_CHECKING:
    from demos.posture.video.films import AnalyseFilm, Film

app = cli.new(
    "Camera to pose to coach: count the repetitions in a video, render the synthetic athlete, train the classifier."
)
app.command()(render)
UNKNOWN = [slug for slug in exercises() if slug not in recognisable()]
BUT = f" but {', '.join(UNKNOWN)}" if UNKNOWN else ""
EXERCISE_HELP = f"{', '.join(exercises())}, or {AUTO}, which finds out all{BUT}."


@app.command()
def analyze(
    videos: Annotated[
        list[Path],
        typer.Argument(
            metavar="VIDEO",
            help="MP4, MOV, WebM, AVI, GIF …, up to an hour. Several, and folders of them, with --reports.",
            show_default=False,
        ),
    ],
    exercise: Annotated[str, typer.Option(help=EXERCISE_HELP)] = AUTO,
    person: Annotated[
        int | None, typer.Option(help="Whom to count: 1 is furthest left. Default: whoever exercises.")
    ] = None,
    annotated: Annotated[Path | None, typer.Option(help="Write the video with the skeleton drawn in, as MP4.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the result as .json, or its repetitions as .csv.")] = None,
    reports: Annotated[
        Path | None,
        typer.Option(help="Folder for a .json report of each video; those that are there are not made again."),
    ] = None,
    range: Annotated[
        list[str] | None,
        typer.Option(
            metavar="EXERCISE=DEGREES",
            help="Where somebody's own range ends, squat=112: they are asked for no more. May be given again.",
        ),
    ] = None,
    ray: Annotated[str | None, typer.Option(help=OPTION)] = None,
    json: Annotated[bool, typer.Option(help="Print one JSON object.")] = False,
) -> None:
    """Count the repetitions (or seconds held) in a video.

    With --reports the JSON holds videos, a list of {video, report, exercise, count, hold_seconds, seconds}, and errors,
    a list of {video, error} (exit code 2); each report holds what follows, and source: which file it is of, and what
    was asked. With --ray, whose machines see the videos at the same path, all of it is the same.

    \b
    The JSON of --json and of a .json report; a .csv has a line for each repetition:
      exercise            the one that most was done of, or null
      count, hold_seconds its repetitions that count, or seconds held, in all sets
      seconds, fps        the video's length and frame rate
      frames, frames_with_person
      clip                {width, height, fps, seconds, cut: whether the file
                          says that its end is missing}
      sets: [
        exercise, count, hold_seconds, start_s, end_s
        view            from where it was filmed: front, three_quarter, side
        asked_degrees   the angle that a repetition must reach, null for a hold
        best            the number of the best repetition, or null
        symmetry        {left_degrees, right_degrees, difference_degrees}, null
                        where both sides cannot be compared
        fade            {depth_lost_degrees, slower_s: lost by each repetition,
                        depth_p, slower_p: whether by chance, verdict: steady,
                        shallower, slower, shallower_and_slower}, null for
                        fewer than five
        faults          of a position held; else []
        unseen          {part of the body: share of the time in which it was
                        not in sight}, of those by which the set is judged
        repetitions: [  every one that was tried, in order
          number, counted, verdict: good, faults or not_counted
          start_s, bottom_s, end_s   when it began, turned and ended
          down_s, up_s               the tempo: seconds there, seconds back
          depth_degrees, top_degrees the angle at the turn, and before it
          symmetry                   as above
          faults                     names as in the exercise's file
          second_opinion             where the network disagrees with the
                                     rules: another:lunge, seen:knees_in,
                                     doubted:knees_in
          rejection                  why it does not count: {reason, measure,
                                     reached, asked}, in degrees or shares;
                                     null if it counts
          worst_s                    the moment to look at
        ]
      ]
    """
    from demos.posture.coach.own_range import read_ranges, split_range
    from demos.posture.pose.landmarker import MOST_PEOPLE
    from demos.posture.video.analyse import Analysis, analyse, as_json
    from demos.posture.video.annotate import write_annotated
    from demos.posture.video.films import AnalyseFilm, films_in

    if exercise != AUTO:
        find_exercise(exercise)
    if person is not None:
        whole("--person", person, 1, MOST_PEOPLE)
    if (annotated or report) and reports:
        raise BadInput("posture.reports_or_report")
    if reports is None and (ray or len(videos) > 1 or videos[0].is_dir()):
        raise BadInput("posture.no_reports")
    if report is not None and report.suffix not in (".json", ".csv"):
        raise BadInput("posture.report_ending", name=report.name)
    for out in (annotated, report):
        if out is not None and not out.parent.is_dir():
            raise BadInput("posture.no_folder", folder=out.parent)
    ranges = read_ranges(dict(map(split_range, range or ())))
    if reports:
        check(ray)
        watch_films(films_in(videos, reports), AnalyseFilm(exercise, person, tuple(sorted(ranges.items()))), ray, json)
        return
    [video], analysis = videos, None
    for found in analyse(video, exercise, person=person, ranges=ranges):
        if isinstance(found, Analysis):
            analysis = found
        else:
            say_progress(found.stage.capitalize(), found.share)
    assert analysis is not None
    if annotated:
        for share in write_annotated(annotated, video, analysis):
            say_progress("Drawing", share)
    say_progress("", 0)
    result = as_json(analysis)
    if report is not None:
        write_report(result, report)
    cli.emit(result, human(result), json)


def watch_films(films: "list[Film]", asked: "AnalyseFilm", ray: str | None, json: bool) -> None:
    """Analyse the films, say how far it is, and at last how each one went. Exit code 2 if one could not be used."""
    from demos.posture.video.films import analyse_films

    results: dict[int, dict[str, Any]] = {}
    errors: dict[int, dict[str, Any]] = {}
    for one in analyse_films(films, asked, ray):
        film = films[one.number]
        if isinstance(one.result, BadInput):
            errors[one.number] = {"video": str(film.video), "error": str(one.result)}
        else:
            told = {key: one.result[key] for key in ("exercise", "count", "hold_seconds", "seconds")}
            results[one.number] = {"video": str(film.video), "report": str(film.report), **told}
        say_progress(f"{one.done:,} of {one.total:,} videos", one.done / one.total)
    say_progress("", 0)
    rows = [results[number] for number in sorted(results)]
    lines = [
        f"{row['video']}: {row['exercise'] or 'nothing recognised'}, {row['count']} repetitions, "
        f"held for {row['hold_seconds']:.1f} s"
        for row in rows
    ]
    unusable = [errors[number] for number in sorted(errors)]
    cli.emit({"videos": rows, "errors": unusable}, "\n".join(lines), json)
    for error in unusable:
        print(f"{error['video']}: {error['error']}", file=sys.stderr)
    if unusable:
        raise typer.Exit(2)


def say_progress(doing: str, share: float) -> None:
    """How far it got, on one line of the terminal; no `doing` wipes it. Nothing where errors go to a file."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{f'{doing} … {share:.0%}' if doing else ''}", end="", file=sys.stderr, flush=True)


def human(result: dict[str, Any]) -> str:
    """The result in a few lines of English."""
    lines = ["The video breaks off: the end of the file is missing."] if result["clip"]["cut"] else []
    if not result["sets"]:
        lines.append(f"No exercise recognised in {result['seconds']:.1f} s.")
    for done in result["sets"]:
        exercise = exercises()[done["exercise"]]
        if exercise.kind == "hold":
            lines.append(f"{exercise.name['en']}: held for {done['hold_seconds']:.1f} s")
            continue
        lines.append(f"{exercise.name['en']}: {done['count']} repetitions")
        for row in done["repetitions"]:
            remark = ", ".join(row["faults"])
            if why := row["rejection"]:
                remark += f"{why['reason']} ({why['measure']} reached {why['reached']:g}, asked {why['asked']:g})"
            lines.append(
                f"  {row['number']:>3}  {row['start_s']:6.1f} s  down {row['down_s']:.1f} s  up {row['up_s']:.1f} s  "
                f"{row['depth_degrees']:4.0f}°  {'' if row['counted'] else 'not counted: '}{remark}".rstrip()
            )
    for done in result["sets"]:
        lines += [f"{part} not in sight for {share:.0%} of the time" for part, share in done["unseen"].items()]
    return "\n".join(lines)


def write_report(result: dict[str, Any], file: Path) -> None:
    """The result as JSON, or one CSV line per repetition."""
    from demos.posture.report.sets import csv_of

    if file.suffix == ".json":
        write_text(file, jsonlib.dumps(result, ensure_ascii=False, indent=2) + "\n")
        return
    write_text(file, csv_of(result["sets"]))


@app.command("self-test")
def self_test(
    exercise: Annotated[list[str] | None, typer.Option(help="Only this one; may be given again.")] = None,
    rendered: Annotated[bool, typer.Option("--all", help="All exercises: films not carried are rendered.")] = False,
    json: Annotated[bool, typer.Option(help="Print one JSON object.")] = False,
) -> None:
    """Measure the coach on this machine, on films of the athlete whose truth is known.

    The JSON holds exact, films, angle_error_degrees (median), fps and results; a result holds exercise, true, counted
    (repetitions, or seconds held), exact, angle_error_degrees, frames and fps.
    """
    from demos.posture.self_test.run import Progress, Result, all_slugs, as_json, run, summarise

    results: list[Result] = []
    for found in run(exercise or (all_slugs() if rendered else None)):
        if isinstance(found, Progress):
            continue
        results.append(found)
        if not json:
            verdict = "exact" if found.exact else "differs"
            print(
                f"{found.exercise:<18} {found.counted:>5g} of {found.true:<5g} {verdict:<8} "
                f"{found.angle_error:4.1f}°  {found.fps:5.1f} frames/s",
                flush=True,
            )
    total = summarise(results)
    words = f"{total.exact} of {total.films} exact, {total.angle_error:.1f}° off, {total.fps:.1f} frames a second"
    cli.emit(as_json(results), words, json)


@app.command()
def train(
    out: Annotated[Path | None, typer.Option(help="Where to write the weights; default: the repository's own.")] = None,
    performances: Annotated[int, typer.Option(help="Performances of the synthetic athlete to learn from.")] = 8000,
    steps: Annotated[int, typer.Option(help="Training steps.")] = 5000,
    seed: Annotated[int, typer.Option(help="Seed of everything that is left to chance.")] = 0,
    json: Annotated[
        bool, typer.Option(help="Print one JSON object: accuracy, phase_error, fault_accuracy, loss, steps, file.")
    ] = False,
) -> None:
    """Train the network that tells exercises, phases and faults, from the synthetic athlete alone.

    The JSON holds accuracy (share of windows), phase_error (0 to 1), fault_accuracy (share), loss (nats), steps, file.
    """
    from demos.posture import learn
    from demos.posture.make.train import train as progress_of

    for name, value in (("performances", performances), ("steps", steps)):
        whole(name, value, 1, 1_000_000)
    progress = None
    for progress in progress_of(performances=performances, steps=steps, seed=seed):
        if not json:
            measured = f"  loss {progress.loss:.3f}  unseen {progress.accuracy:.3f}" if progress.accuracy > 0 else ""
            print(f"\r{progress.stage} {progress.done}/{progress.of}{measured}", end="", flush=True)
    assert progress is not None
    assert progress.network is not None
    file = out or weights.FOLDER / NETWORK
    learn.save_network(progress.network, file)
    if out is None:
        weights.register(
            file,
            licence="MIT",
            made_by=f"python -m demos.posture train --performances {performances} --steps {steps} --seed {seed}",
            card="posture/exercise.md",
        )
    result = {
        "accuracy": progress.accuracy,
        "phase_error": progress.phase_error,
        "fault_accuracy": progress.fault_accuracy,
        "loss": progress.loss,
        "steps": steps,
        "file": str(file),
    }
    cli.emit(result, f"\n{file}", json)


if __name__ == "__main__":
    cli.run(app)
