"""The served page and its API take a model's name, never a path of the server."""

import json
from pathlib import Path

import httpx
import pytest
from gradio_client.exceptions import AppError

from tests.api_client import connect


def test_an_uploaded_configuration_is_no_model(app_url: str) -> None:
    config = {
        "model_cfg": {
            "embed_dim": 16,
            "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
            "text_cfg": {"context_length": 8, "vocab_size": 512, "width": 64, "heads": 1, "layers": 1},
        }
    }
    upload = {"files": ("open_clip_config.json", json.dumps(config).encode())}
    (path,) = httpx.post(f"{app_url}/gradio_api/upload", files=upload, timeout=120).raise_for_status().json()
    with pytest.raises(AppError, match="names no model"):
        connect(app_url).predict([], "a cat\na dog", "everyday", "", 5, str(Path(path).parent), api_name="/clip_match")
