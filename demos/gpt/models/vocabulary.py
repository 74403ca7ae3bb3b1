"""The vocabulary of a character model that came without it: from the text it was trained on, or from a list.

nanoGPT and minGPT number the characters of their training text in the order of Unicode, as `CharTokenizer.of` does.
nanoGPT's own list, meta.pkl, is a pickle and is not read.
"""

import json
from pathlib import Path
from typing import Any

from demos.common.errors import BadInput
from demos.gpt.data import read_file
from demos.gpt.tokenizer import CharTokenizer

LARGEST = 200_000  # characters in a list; Unicode has some 150,000


def read_vocabulary(path: Path) -> CharTokenizer:
    """Of a .json file the list it is: ["a", "b"], {"a": 0} or {"0": "a"}; of any other file the characters of its text.

    Raises BadInput for a pickle, a list that is none, and a text that cannot be read.
    """
    if path.suffix in (".pkl", ".pickle"):
        raise BadInput("gpt.vocabulary_pickle", path=path.name)
    if path.suffix != ".json":
        return CharTokenizer.of(read_file(path).text)
    if path.stat().st_size > 20 * LARGEST:
        raise BadInput("gpt.vocabulary_none", path=path.name)
    try:
        characters = _listed(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInput("gpt.vocabulary_none", path=path.name) from error
    if not characters or len(set(characters)) < len(characters) or any(len(each) != 1 for each in characters):
        raise BadInput("gpt.vocabulary_none", path=path.name)
    return CharTokenizer(characters)


def _listed(content: Any) -> list[str]:
    """The characters in the order of their numbers."""
    if isinstance(content, dict):
        for key in ("stoi", "itos"):
            if isinstance(content.get(key), dict):
                return _listed(content[key])
        numbered = (
            {int(k): v for k, v in content.items()}
            if all(isinstance(v, str) for v in content.values())
            else {v: k for k, v in content.items()}
        )
        return [numbered[number] for number in range(len(content))]
    return [each for each in content if isinstance(each, str)] if isinstance(content, list) else []
