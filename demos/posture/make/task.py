"""Builds weights/posture/pose_landmarker.task, the pose landmarker in the form that MediaPipe's Tasks API loads.

    python -m demos.posture.make.task [WHEEL]

The two networks are BlazePose's (Bazarevsky et al. 2020, arXiv:2006.10204), published under Apache-2.0 inside the
mediapipe 0.10.21 wheel: a detector that finds a person and "full" landmarks for what it found. A .task file is a zip,
stored without compression so that it can be mapped into memory, of both. The Tasks API asks each network how pixels
are to be scaled; the wheel's files do not say, so we write that into them as TFLite metadata.
Without WHEEL, pip downloads it (36 MB). The result is the same to the byte every time.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated

import flatbuffers
import typer
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as model_schema

from demos.common import cli
from demos.common.models import weights
from demos.posture.pose.landmarker import NAME

WHEEL = "mediapipe==0.10.21"
# Name in the .task file: (path in the wheel, mean, standard deviation). Pixels enter as (0…255 − mean) / deviation.
NETWORKS = {
    "pose_detector.tflite": ("mediapipe/modules/pose_detection/pose_detection.tflite", 127.5, 127.5),
    "pose_landmarks_detector.tflite": ("mediapipe/modules/pose_landmark/pose_landmark_full.tflite", 0.0, 255.0),
}
METADATA = "TFLITE_METADATA"  # the name that readers of TFLite metadata look for
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold, so that no build differs by its date


def with_normalization(network: bytes, mean: float, deviation: float) -> bytes:
    """The TFLite file `network` with metadata that says how its one input image is scaled."""
    options = metadata_schema.NormalizationOptionsT()
    options.mean, options.std = [mean], [deviation]
    unit = metadata_schema.ProcessUnitT()
    unit.optionsType, unit.options = metadata_schema.ProcessUnitOptions.NormalizationOptions, options
    properties = metadata_schema.ImagePropertiesT()
    properties.colorSpace = metadata_schema.ColorSpaceType.RGB
    content = metadata_schema.ContentT()
    content.contentPropertiesType = metadata_schema.ContentProperties.ImageProperties
    content.contentProperties = properties
    model = model_schema.ModelT.InitFromObj(model_schema.Model.GetRootAs(network, 0))
    image = metadata_schema.TensorMetadataT()
    image.name, image.content, image.processUnits = "image", content, [unit]
    subgraph = metadata_schema.SubGraphMetadataT()
    subgraph.inputTensorMetadata = [image]
    subgraph.outputTensorMetadata = [metadata_schema.TensorMetadataT() for _ in model.subgraphs[0].outputs]
    description = metadata_schema.ModelMetadataT()
    description.name, description.subgraphMetadata = "pose", [subgraph]

    buffer = model_schema.BufferT()
    buffer.data = list(_packed(description, b"M001"))
    entry = model_schema.MetadataT()
    entry.name, entry.buffer = METADATA, len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [entry, *(model.metadata or [])]
    return _packed(model, b"TFL3")


def build(wheel: Path, out: Path) -> None:
    """Write the .task file `out` from the networks inside `wheel`."""
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as task:
        for name, (inside, mean, deviation) in NETWORKS.items():
            task.writestr(zipfile.ZipInfo(name, LONG_AGO), with_normalization(source.read(inside), mean, deviation))


def _packed(table: object, identifier: bytes) -> bytes:
    builder = flatbuffers.Builder(1 << 23)
    builder.Finish(table.Pack(builder), identifier)  # type: ignore[attr-defined]
    return bytes(builder.Output())


def main(
    wheel: Annotated[Path | None, typer.Argument(help=f"The wheel of {WHEEL}; downloaded if left out.")] = None,
) -> None:
    """Build the pose landmarker from Apache-2.0 networks and enter it into the manifest."""
    with tempfile.TemporaryDirectory() as folder:
        if wheel is None:
            pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
            # The networks are the same in every wheel; naming one platform makes this work on a newer Python too.
            platform = ["--python-version=3.11", "--platform=manylinux_2_28_x86_64"]
            subprocess.run([*pip, *platform, f"--dest={folder}", WHEEL], check=True)
            wheel = next(Path(folder).glob("*.whl"))
        out = weights.FOLDER / NAME
        out.parent.mkdir(parents=True, exist_ok=True)
        build(wheel, out)
    weights.register(
        out,
        licence="Apache-2.0 (Google, MediaPipe)",
        made_by="python -m demos.posture.make.task",
        card="posture/pose_landmarker.md",
    )
    print(f"{out} · {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    app = cli.new(__doc__ or "")
    app.command()(main)
    cli.run(app)
