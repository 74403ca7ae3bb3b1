"""Continue a text three times with the small GPT: python gpt_write.py "ROMEO:"."""

import os
import sys

from gradio_client import Client

prompt = sys.argv[1] if len(sys.argv) > 1 else "ROMEO:"
ADDRESS = os.environ.get("GLASSBOX_URL", "http://127.0.0.1:7860")
glassbox = Client(ADDRESS, verbose=False, httpx_kwargs={"timeout": 60})  # a busy or waking server takes its time
job = glassbox.submit(prompt=prompt, tokens=150, temperature=0.7, seed=4, samples=3, api_name="/gpt_generate")
shown, written = "", {}
print(prompt, end="")
for written in job:  # the first text, as it is written
    print(written["text"][len(shown) :], end="", flush=True)
    shown = written["text"]
for each in written["samples"][1:]:
    print(f"\n\n— seed {each['seed']}\n{prompt}{each['text']}")
print(f"\n{written['tokens_per_second']:.0f} tokens a second, {written['nats_per_token']} nats a token")
