"""Train a small net on XOR, and write where it changes its mind: its decision boundary, as JSON."""

import json
import math
import os

from gradio_client import Client

ADDRESS = os.environ.get("GLASSBOX_URL", "http://127.0.0.1:7860")
glassbox = Client(ADDRESS, verbose=False, httpx_kwargs={"timeout": 60})  # a busy or waking server takes its time
net = glassbox.predict(data="xor", model="mlp", hidden=4, activation="tanh", steps=500, seed=1, api_name="/xor_train")


def output(x: float, y: float) -> float:
    """The net's last sum at a point of the plane: above 0 it says class 1."""
    values = [x, y]
    for number, (weight, bias) in enumerate(net["weights"], 1):
        sums = [b + sum(v * w[unit] for v, w in zip(values, weight, strict=True)) for unit, b in enumerate(bias)]
        values = sums if number == len(net["weights"]) else [math.tanh(each) for each in sums]
    return values[0]


STEP = 0.05
grid = [round(-0.5 + STEP * number, 2) for number in range(41)]  # the points are (0, 0), (0, 1), (1, 0) and (1, 1)
boundary = [[x, y] for x in grid for y in grid if output(x, y) * output(x, round(y + STEP, 2)) < 0]
print(json.dumps({"solved_at": net["solved_at"], "accuracy": net["accuracy"], "boundary": boundary}))
