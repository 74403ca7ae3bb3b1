"""A visitor without a browser: presses what a page would press, by the same requests, and reads the answers."""

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx

LONG = httpx.Timeout(30, read=300)


class Refused(Exception):
    """An event was answered with an error: the sentence that the visitor sees."""


class ScriptedVisitor:
    """One page on the app at `url`: what its components hold, by Gradio's id, and the session it is.

    With `stays` it holds a connection open as a page does; without it is a program that only asks.
    """

    def __init__(self, url: str, stays: bool = False) -> None:
        self.url, self.session, self.requests = url, uuid.uuid4().hex, 0
        self.client = httpx.Client(base_url=f"{url}/gradio_api/", timeout=LONG)
        self.config = httpx.get(f"{url}/config", timeout=LONG).raise_for_status().json()
        self.components = {each["id"]: each for each in self.config["components"]}
        self.values = {number: each["props"].get("value") for number, each in self.components.items()}
        self.ids = {name: number for number, each in self.components.items() if (name := each["props"].get("elem_id"))}
        self._open = ExitStack()
        self._open.callback(self.client.close)
        if stays:
            beats = self._open.enter_context(self.client.stream("GET", f"heartbeat/{self.session}")).iter_lines()
            next(beats)
            self._beats = beats  # the connection ends with it

    def close(self) -> None:
        """Close the page."""
        self._open.close()

    def __enter__(self) -> "ScriptedVisitor":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def set(self, **values: object) -> None:
        """What the visitor has chosen, by the components' elem_id with _ in place of -."""
        for name, value in values.items():
            self.values[self.ids[name.replace("_", "-")]] = value

    def events(self, elem_id: str, event: str) -> list[dict[str, Any]]:
        """What happens when `event` comes from that component; "" is the page itself."""
        target = [self.ids[elem_id] if elem_id else 0, event]  # 0 is what everything is laid out in
        found = [each for each in self.config["dependencies"] if target in each["targets"]]
        assert found, f"nothing happens at {event} of {elem_id!r}"
        return found

    def begin(self, dependency: dict[str, Any], event_data: object = None, given: list[Any] | None = None) -> str:
        """Put one event into the queue, with what its components hold or what is `given`. Returns its id."""
        states = {number for number, each in self.components.items() if each["type"] == "state"}
        data = [None if number in states else self.values.get(number) for number in dependency["inputs"]]
        if "requestNumber" in str(dependency.get("js")):
            self.requests += 1
            data[-1] = self.requests
        elif "glassbox.language" in str(dependency.get("js")):
            data = ["en"]
        data = data if given is None else given
        body = {"data": data, "fn_index": dependency["id"], "session_hash": self.session, "event_data": event_data}
        answer = self.client.post("queue/join", json=body)
        if answer.status_code != 200:
            raise Refused(str(answer.json().get("detail")))
        return str(answer.json()["event_id"])

    def messages(self) -> Iterator[dict[str, Any]]:
        """What the queue tells this visitor, until none of their events is under way."""
        with self.client.stream("GET", "queue/data", params={"session_hash": self.session}) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))

    def answer(self, event: str) -> Iterator[dict[str, Any]]:
        """What is sent for this event, the last one complete. Raises Refused."""
        for message in self.messages():
            if message["msg"] == "unexpected_error":
                raise Refused(str(message.get("message")))
            if message.get("event_id") != event:
                continue
            yield message
            if message["msg"] == "process_completed":
                if not message["success"]:
                    raise Refused(str(message["output"].get("error")))
                return

    def do(self, elem_id: str, event: str, event_data: object = None) -> list[Any]:
        """All that follows from one event of the page, event after event. Returns what the last one set."""
        outputs: list[Any] = []
        for dependency in self.events(elem_id, event):
            outputs = self.run(dependency, event_data)
        return outputs

    def named(self, api_name: str) -> dict[str, Any]:
        """The event of that endpoint."""
        return next(each for each in self.config["dependencies"] if each["api_name"] == api_name)

    def sets(self, elem_id: str, event: str, part: str) -> dict[str, Any]:
        """Of what happens at `event` of a component, the one that sets `part`."""
        return next(each for each in self.events(elem_id, event) if self.ids[part] in each["outputs"])

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Upload a file. Returns the value of a component that holds it."""
        answer = self.client.post("upload", files={"files": (name, content)})
        if answer.status_code != 200:
            raise Refused(answer.text)
        return {"path": answer.json()[0], "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    def open_training(self, text: str) -> None:
        """Open minGPT's view "Train your own", whose form the server fills, with a text."""
        self.set(gpt_view="train")
        fill = next(
            each for each in self.events("gpt-view", "change") if self.ids["gpt-train-steps"] in each["outputs"]
        )
        self.run(fill)
        self.set(gpt_source="own", gpt_train_text=text)

    def run(self, dependency: dict[str, Any], event_data: object = None) -> list[Any]:
        """One event and all that follows from it. Returns what it set."""
        outputs: list[Any] = []
        if dependency["backend_fn"]:
            *_, last = self.answer(self.begin(dependency, event_data))
            outputs = last["output"].get("data") or []
            for number, value in zip(dependency["outputs"], outputs, strict=False):
                if isinstance(value, dict) and value.get("__type__") == "update":
                    if "value" in value:
                        self.values[number] = value["value"]
                else:
                    self.values[number] = value
        for each in self.config["dependencies"]:
            if each.get("trigger_after") == dependency["id"]:
                self.run(each)
        return outputs
