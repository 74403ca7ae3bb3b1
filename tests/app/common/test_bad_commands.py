"""What a command line is given that it cannot use: each is one sentence on stderr, exit code 2.

A row is the demo, the words after `python -m demos.NAME`, and what the sentence must name. FILE in a row stands for
each of what is no file that could be read: a device, a pipe, a folder, nothing, an empty one, bytes of no meaning.
"""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

KINDS = ("device", "pipe", "folder", "missing", "empty", "bytes")
ROWS = """
xor | train --points FILE |
xor | lottery --points FILE |
xor | train --data nowhere | nowhere
xor | train --model hopfield | hopfield
xor | train --activation step | step
xor | train --init ones | ones
xor | train --loss zero | zero
xor | train --optimiser luck | luck
xor | train --output none | none
xor | train --features x3 | x3
xor | train --hidden 0 |
xor | train --hidden four | four
xor | train --hidden 4,,4 |
xor | train --hidden 99999999999999999999 |
xor | train --layers -1 |
xor | train --layers 1000000 |
xor | train --lr 0 |
xor | train --lr -1 |
xor | train --lr nan | nan
xor | train --lr inf |
xor | train --lr fast | --lr
xor | train --steps 0 |
xor | train --steps -5 |
xor | train --steps 1e3 | --steps
xor | train --steps 99999999999999999999 |
xor | train --noise -1 |
xor | train --noise nan | nan
xor | train --count 0 |
xor | train --count 1000000000 |
xor | train --batch -1 |
xor | train --l1 -1 |
xor | train --l2 nan | nan
xor | train --dropout 1 |
xor | train --test 2 |
xor | train --test nan | nan
xor | train --seed half | --seed
xor | train --seed 999999999999999999999999999 |
xor | train --nonsense 1 | --nonsense
xor | train --lr | --lr
xor | lottery --hidden 2;3 | 2;3
xor | lottery --activation tanh,step | step
xor | lottery --seeds 0 |
xor | lottery --seeds 100000000 |
xor | lottery --steps -1 |
xor | lottery --lr nan | nan
xor | lottery --dropout -1 |
xor | lottery --ray somewhere | somewhere
xor | lottery --ray 127.0.0.1:99999 | 127.0.0.1:99999
xor | lottery --ray 127.0.0.1:1 --hidden 2 --activation tanh --seeds 1 | 127.0.0.1:1
xor | nothing | nothing
gpt | generate --model FILE --tokens 1 |
gpt | evaluate FILE --model adder |
gpt | train FILE --out OUT --minutes 0.01 |
gpt | compare FILE --model adder --model sort |
gpt | generate --model adder --tokens -1 |
gpt | generate --model adder --tokens many | --tokens
gpt | generate --model adder --temperature -1 |
gpt | generate --model adder --temperature nan | nan
gpt | generate --model adder --top-k -1 |
gpt | generate --model adder --top-p 2 |
gpt | generate --model adder --top-p nan | nan
gpt | generate --model adder --seed x | --seed
gpt | generate --model adder --device abacus | abacus
gpt | generate --model adder --precision fp1 | fp1
gpt | generate --model no/such/model/at/all |
gpt | generate --model adder --nonsense | --nonsense
gpt | train README.md --out OUT --minutes 0 |
gpt | train README.md --out OUT --minutes nan | nan
gpt | train README.md --out OUT --lr -1 --minutes 0.01 |
gpt | train README.md --out OUT --optimiser luck --minutes 0.01 | luck
gpt | train README.md --out OUT --schedule never --minutes 0.01 | never
gpt | train README.md --out /dev/null/x.safetensors --minutes 0.01 |
gpt | sweep FILE --out OUT |
gpt | sweep README.md --out OUT --lr fast | fast
gpt | sweep README.md --out OUT --lr nan | nan
gpt | sweep README.md --out OUT --width 64,63 | 63
gpt | sweep README.md --out OUT --steps 0 |
gpt | sweep README.md --out OUT --seeds 0 | --seeds
gpt | sweep README.md --out OUT --optimiser luck | luck
gpt | sweep README.md --out OUT --tokenizer words | words
gpt | sweep README.md --out OUT --ray somewhere | somewhere
gpt | sweep README.md --out /dev/null/x.jsonl |
gpt | evaluate | 
clip | match FILE --labels cat |
clip | match assets/icon.svg --labels cat |
clip | match PHOTO |
clip | match PHOTO --labels cat --model FILE |
clip | match PHOTO --labels cat --model ViT-Z/nothing | ViT-Z/nothing
clip | match PHOTO --labels cat --examples FILE |
clip | match PHOTO --labels cat --device abacus | abacus
clip | evaluate FILE |
clip | search FILE dog |
clip | search EMPTY dog |
clip | search assets dog --ray somewhere | somewhere
clip | search assets dog --ray local --device cuda | cuda
clip | evaluate assets --ray 127.0.0.1:99999 | 127.0.0.1:99999
clip | labels FILE --out OUT |
clip | nothing | nothing
posture | analyze FILE |
posture | analyze README.md |
posture | analyze assets/clips/squat.mp4 --exercise yoga | yoga
posture | analyze assets/clips/squat.mp4 --person 0 | --person
posture | analyze assets/clips/squat.mp4 --person 99 | --person
posture | analyze assets/clips/squat.mp4 --report report.txt | report.txt
posture | analyze assets/clips/squat.mp4 --report /no/such/folder/r.json |
posture | analyze assets/clips/squat.mp4 --annotated /no/such/folder/r.mp4 |
posture | analyze assets/clips/squat.mp4 --range squat | squat
posture | analyze assets/clips/squat.mp4 --range squat=deep | deep
posture | analyze assets/clips/squat.mp4 --range yoga=90 | yoga
posture | analyze assets/clips/squat.mp4 --range squat=9999 |
posture | analyze assets/clips | --reports
posture | analyze assets/clips/squat.mp4 assets/clips/plank.mp4 | --reports
posture | analyze assets/clips/squat.mp4 --ray local | --reports
posture | analyze assets/clips --reports OUT --report r.json | --reports
posture | analyze assets/clips --reports OUT --ray somewhere | somewhere
posture | analyze EMPTY --reports OUT |
posture | render yoga --out OUT | yoga
posture | render squat --reps 0 --out OUT |
posture | render squat --reps 100000000 --out OUT |
posture | render squat --view above --out OUT | above
posture | render squat --fault lazy --out OUT | lazy
posture | render squat --seed x --out OUT | --seed
posture | self-test --exercise yoga | yoga
posture | train --steps 0 | steps
posture | train --performances -1 | performances
"""


def rows() -> Iterator[tuple[str, str, str]]:
    for line in ROWS.strip().splitlines():
        demo, words, named = (part.strip() for part in line.split("|"))
        kinds = KINDS if "FILE" in words.split() else ("",)
        yield from ((demo, words.replace("FILE", f"FILE:{kind}"), named) for kind in kinds)


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("bad")
    found = {kind: place / kind for kind in KINDS} | {"device": Path("/dev/zero")}
    os.mkfifo(found["pipe"])
    found["folder"].mkdir()
    found["empty"].touch()
    found["bytes"].write_bytes(bytes(range(256)) * 4)
    place.joinpath("no images").mkdir()
    return {f"FILE:{kind}": path for kind, path in found.items()} | {
        "OUT": place / "out",
        "EMPTY": place / "no images",
        "PHOTO": Path(import_module("gradio").__file__).parent / "media_assets/images/lion.jpg",
    }


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("demo", "words", "named"), list(rows()))
def test_it_is_one_sentence(
    demo: str, words: str, named: str, things: dict[str, Path], refusal: Callable[..., str]
) -> None:
    application = import_module(f"demos.{demo}.__main__").app
    said = refusal(application, *(things.get(word, word) for word in words.split()))
    assert said
    assert len(said.splitlines()) == 1
    assert named in said
    assert not things["OUT"].exists()
