"""What the container has not: installed by the programs that need it, and by nobody else.

Not by a `requirements.txt`, which the container installs in one command with the folder of the programs: pip then takes either no hash or no folder,
and every job would need a package index.
"""

import importlib
import importlib.util
import os
import subprocess
import sys
from types import ModuleType

PINNED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "catboost.txt")


def with_catboost() -> ModuleType:
    """CatBoost, as it stands where the image has it. Each file is compared with its hash; what they need beside each other is in the container."""
    if importlib.util.find_spec("catboost") is None:
        options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check"]
        subprocess.run([sys.executable, "-m", "pip", "install", *options, "--requirement", PINNED], check=True)
        importlib.invalidate_caches()
    return importlib.import_module("catboost")
