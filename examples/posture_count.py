"""Count what is done in a video, and take the film with the skeleton home: python posture_count.py VIDEO [OUT.mp4]."""

import os
import shutil
import sys

from gradio_client import Client, handle_file

ADDRESS = os.environ.get("GLASSBOX_URL", "http://127.0.0.1:7860")
glassbox = Client(ADDRESS, verbose=False, httpx_kwargs={"timeout": 60})  # a busy or waking server takes its time
job = glassbox.submit(video=handle_file(sys.argv[1]), annotated=len(sys.argv) > 2, api_name="/posture_analyze")
found = {}
for found in job:
    if "share" in found:
        print(f"\r{found['stage']} {found['share']:.0%}", end="", file=sys.stderr)
print(file=sys.stderr)
for done in found["sets"]:
    print(f"{done['exercise']}: {done['count']} repetitions, or held for {done['hold_seconds']} s")
    for each in done["repetitions"]:
        print(
            f"  {each['number']}  {each['start_s']:5.1f} s  {each['depth_degrees']:3.0f}°  {' '.join(each['faults'])}"
        )
if len(sys.argv) > 2:
    shutil.copyfile(found["annotated"], sys.argv[2])
