"""Where a training job of SageMaker finds what it is given, and leaves what it has made; and what the run's plan says."""

import json
import os
import tarfile

LABEL_OF_NOBODY = -1


def channel(name: str) -> str | None:
    """Folder of a channel; None where the job has none of that name."""
    folder = os.environ.get(f"SM_CHANNEL_{name.upper()}", f"/opt/ml/input/data/{name}")
    return folder if os.path.isdir(folder) else None


def needed(name: str) -> str:
    folder = channel(name)
    if folder is None:
        raise SystemExit(f"the channel {name} is missing; without it there is nothing to work on: look at the job's InputDataConfig")
    return folder


def model_folder() -> str:
    return os.environ.get("SM_MODEL_DIR", "/opt/ml/model")


def checkpoints() -> str:
    """Copied to S3 while the job runs, and back where it goes on on another machine."""
    folder = os.environ.get("MODELLOOP_CHECKPOINTS", "/opt/ml/checkpoints")
    os.makedirs(folder, exist_ok=True)
    return folder


def read_plan() -> dict:
    with open(os.path.join(needed("plan"), "plan.json"), encoding="utf-8") as file:
        return json.load(file)


def unpacked(folder: str, archive: str, into: str) -> str:
    """What another job has left: its files, and no link or path that leads elsewhere (the filter `data`, Python 3.10.12 and later)."""
    with tarfile.open(os.path.join(folder, archive), "r:gz") as tar:
        tar.extractall(into, filter="data")
    return into


def columns(plan: dict) -> list[str]:
    """As the SQL of the run writes them: the label, then the features in the order of callers."""
    data = plan["spec"]["data"]
    return [data["labelColumn"], *(feature["name"] for feature in data["features"])]
