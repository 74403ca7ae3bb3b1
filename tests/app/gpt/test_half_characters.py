"""Half a character in a prompt that a program sends."""

import json
import urllib.request


def test_half_a_character_in_a_prompt_becomes_a_replacement_character(app_url: str) -> None:
    address = f"{app_url}/gradio_api/call/gpt_generate"
    body = b'{"data": ["KING\\ud83d", 5, 0, 0, 1, 1, "", "full", 1, "shakespeare", "en"]}'
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as reply:
        event = json.load(reply)["event_id"]
    with urllib.request.urlopen(f"{address}/{event}", timeout=120) as reply:
        events = reply.read().decode().split("\n\n")
    complete = next(event for event in events if event.startswith("event: complete"))
    (shown,) = json.loads(complete.partition("data: ")[2])
    assert "".join(shown["pieces"][: shown["given"]]) == "KING"
    assert "\ufffd" in shown["notes"][0]  # the model's characters are Shakespeare's: it is skipped, and said
