"""Rank the images of a folder by how well they fit some words: python clip_rank.py FOLDER "a dog on grass"."""

import os
import sys
from pathlib import Path

from gradio_client import Client, handle_file

folder, query = Path(sys.argv[1]), sys.argv[2]
images = sorted(each for each in folder.rglob("*") if each.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
ADDRESS = os.environ.get("GLASSBOX_URL", "http://127.0.0.1:7860")
glassbox = Client(ADDRESS, verbose=False, httpx_kwargs={"timeout": 60})  # a busy or waking server takes its time
found = glassbox.predict([handle_file(image) for image in images], query, top=5, api_name="/clip_search")
for each in found["images"]:
    print(
        f"{each['similarity']:+.3f}  {each['image']}{'' if each['fits'] else '  (fits no better than other words do)'}"
    )
