"""What visitors do, tab by tab, and how long each thing took: `measure(name, kind)` is a context manager.

Kinds: "light" is what must stay light beside everybody else's work, "first token" what the issue allows two seconds,
"heavy" what takes its time.
"""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.conftest import ROOT
from tests.scripted_visitor import Refused, ScriptedVisitor

Measure = Callable[[str, str], AbstractContextManager[None]]
Job = Callable[[ScriptedVisitor, random.Random, Measure], None]
PHOTOS = sorted((ROOT / "assets" / "photos").glob("*.jpg"))
LABELS = "a cat\na dog\na bicycle\na cup of coffee"
TOKENS = 60
FRAMES = 15


def page(visitor: ScriptedVisitor, chance: random.Random, measure: Measure) -> None:
    """Another page is opened."""
    with measure("page", "light"):
        visitor.client.get(visitor.url).raise_for_status()


def xor(visitor: ScriptedVisitor, chance: random.Random, measure: Measure) -> None:
    """A new run, some steps by hand, and a while of training."""
    with measure("xor: a new run", "light"):
        visitor.do("xor-stage", "clear")
    for _ in range(3):
        with measure("xor: a step", "light"):
            visitor.do("xor-stage", "submit", {"what": "step"})
    begun = visitor.begin(visitor.events("xor-stage", "play")[0], {"speed": 1, "stop": True})
    with measure("xor: a run", "heavy"):
        end = time.monotonic() + 5
        for _ in visitor.answer(begun):
            if time.monotonic() > end:
                break
    with measure("xor: pause", "light"):
        visitor.do("xor-stage", "pause")


def lottery(visitor: ScriptedVisitor, chance: random.Random, measure: Measure) -> None:
    begun = visitor.begin(visitor.events("xor-lottery-draw", "click")[0])
    with measure("xor: a lottery", "heavy"):
        end = time.monotonic() + 20
        for _ in visitor.answer(begun):
            if time.monotonic() > end:
                break
    with measure("xor: stop", "light"):
        visitor.do("xor-lottery-stop", "click")


def write(visitor: ScriptedVisitor, chance: random.Random, measure: Measure) -> None:
    """A passage, by the endpoint: what it answers first is the prompt, what comes then is a token."""
    endpoint = visitor.named("gpt_generate")
    _, _, *others = [visitor.values[number] for number in endpoint["inputs"]]  # a prompt, and how many tokens
    given = [chance.choice(["ROMEO:", "The moon", "It is"]), TOKENS, *others]
    with measure("gpt: a passage", "heavy"):
        with measure("gpt: its first token", "first token"):
            answer = visitor.answer(visitor.begin(endpoint, given=given))
            views = (each for each in answer if each["msg"] in ("process_generating", "process_completed"))
            next(views, None)
            next(views, None)
        for _ in views:
            pass


def inside(visitor: ScriptedVisitor, chance: random.Random, measure: Measure) -> None:
    visitor.set(gpt_view="inside")
    with measure("gpt: look inside", "light"):
        visitor.run(visitor.sets("gpt-view", "change", "gpt-inside"))


def match(visitor: ScriptedVisitor, chance: random.Random, measure: Measure) -> None:
    """A picture is uploaded and matched, with the fields of the page: clip_zero_shot takes them."""
    photo = chance.choice(PHOTOS)
    with measure("upload", "light"):
        file = visitor.upload(photo.name, photo.read_bytes())
    visitor.set(clip_files=[file], clip_labels=LABELS)
    with measure("clip: match", "light"):
        visitor.run(visitor.named("clip_zero_shot"))


def film(visitor: ScriptedVisitor, chance: random.Random, measure: Measure) -> None:
    with measure("posture: a film", "heavy"):
        visitor.do("posture-sample-squat", "click")


def camera(visitor: ScriptedVisitor, chance: random.Random, measure: Measure) -> None:
    """A camera for a few seconds; its frames are small pictures."""
    streams = f"{visitor.url}/posture_streams"
    frame = {"content": PHOTOS[0].read_bytes(), "headers": {"Content-Type": "image/jpeg"}}
    with measure("posture: open the camera", "heavy"):
        opened = visitor.client.post(streams, json={"exercise": "auto", "language": "en"}).json()
    if "error" in opened:
        raise Refused(opened["error"])
    stream = f"{streams}/{opened['stream']}"
    for _ in range(FRAMES):
        with measure("posture: a frame", "heavy"):
            visitor.client.post(stream, **frame).raise_for_status()
        time.sleep(0.2)
    visitor.client.delete(stream).raise_for_status()


def train(visitor: ScriptedVisitor) -> None:
    """A training is begun; it goes on until the page is closed."""
    visitor.open_training("To be, or not to be, that is the question:\nWhether 'tis nobler in the mind\n" * 100)
    visitor.set(gpt_train_steps=1_000_000)
    for _ in visitor.answer(visitor.begin(visitor.events("gpt-train-go", "click")[0])):
        pass


JOBS: dict[Job, int] = {page: 2, xor: 4, lottery: 1, write: 3, inside: 3, match: 4, film: 1, camera: 1}  # and how often
