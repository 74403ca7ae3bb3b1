"""What the page is told of a workout at one frame, and which sentence it says, as plain data."""

from math import ceil
from typing import TYPE_CHECKING, Any

from demos.common.i18n import text
from demos.posture.workout.announcer import problem_words
from demos.posture.workout.placement import box_for
from demos.posture.workout.workout import State

if TYPE_CHECKING:
    from demos.posture.workout.announcer import Announcement
    from demos.posture.workout.workout import WorkoutFrame

BOXED = (State.POSITIONING, State.READY, State.COUNTDOWN)  # in which the box is shown


def workout_data(frame: "WorkoutFrame | None", announcement: "Announcement | None", language: str) -> dict[str, Any]:
    """What is added to a frame's data (`posture.look.frame_data`), or stands in its place.

    {workout: {state, set, sets, target, by_time, remaining: whole seconds or null, hand: percent, box: where to be, in
    percent of the image, or null, done: [[name, count, seconds held]]} or null, say: [number, kind, sentence] or null,
    and outside of a set advice}
    """
    said = [announcement.number, announcement.kind, announcement.words[language]] if announcement else None
    if frame is None:
        return {"workout": None, "say": said}
    plan, entry = frame.plan, frame.plan.entry()
    workout = {
        "state": frame.state.value,
        "set": frame.number,
        "sets": plan.sets,
        "target": plan.target,
        "by_time": plan.by_time or (entry is not None and entry.kind == "hold"),
        "remaining": None if frame.remaining is None else ceil(frame.remaining),
        "hand": round(100 * frame.hand),
        "box": [round(100 * share) for share in box_for(entry)] if frame.state in BOXED else None,
        "done": [
            [done.definition.name[language], done.count, round(done.hold) if done.hold else 0] for done in frame.done
        ],
    }
    counting = frame.state is State.SET and frame.result.reading is not None
    advice = {} if counting else {"advice": state_words(frame, language)}
    return {"workout": workout, "say": said, **advice}


def state_words(frame: "WorkoutFrame", language: str) -> str:
    """What is written where the advice stands while no set is under way."""
    if frame.state is State.POSITIONING:
        return problem_words(frame)[language]
    if frame.state is State.COUNTDOWN:
        entry = frame.plan.entry()
        return entry.position[0].sentence(language) if entry and entry.position else ""
    if frame.state is State.SET:  # at its first frame the coach has not said anything yet
        return ""
    key = {State.READY: "ready", State.REST: "resting", State.DONE: "done"}[frame.state]
    return text(f"posture.workout_{key}", language)
