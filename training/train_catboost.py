"""The challenger: CatBoost on the run's window, five folds first, then all of it.

Leaves `model.cbm`, `model.onnx` (CatBoost's own export, whose graph packaging rewrites) and `folds.csv`: of every row its label, and what a model
answered that had not seen it.
"""

import argparse
import json
import os

import numpy as np
from sklearn.model_selection import StratifiedKFold

from packages import with_catboost
from places import checkpoints, columns, model_folder, needed, read_plan
from tables import read_table

catboost = with_catboost()

FOLDS = 5
# R2's starting values, in CatBoost's words.
DEFAULTS = {"iterations": 100, "depth": 6, "random_seed": 7}


def parameters_of(plan: dict, name: str) -> dict:
    """A plan's hyperparameters are text, as SageMaker's are."""
    [variant] = [each for each in plan["spec"]["variants"] if each["model"] == name]
    return {**DEFAULTS, **{key: value_of(text) for key, text in variant["hyperparameters"].items()}}


def value_of(text: str):
    try:
        return json.loads(text)
    except ValueError:
        return text


def fitted(parameters: dict, x: np.ndarray, y: np.ndarray, names: list[str], **more):
    model = catboost.CatBoostClassifier(loss_function="Logloss", verbose=False, **{"allow_writing_files": False, **parameters, **more})
    return model.fit(catboost.Pool(x, label=y.astype(np.int64), feature_names=names))


def fold_answers(parameters: dict, x: np.ndarray, y: np.ndarray, names: list[str]) -> np.ndarray:
    answers = np.empty(len(y), dtype=np.float32)
    for learnt, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(x, y):
        answers[asked] = fitted(parameters, x[learnt], y[learnt], names).predict_proba(x[asked])[:, 1]
    return answers


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--variant", required=True)
    # SageMaker hands on hyperparameters that are its own as well.
    name = arguments.parse_known_args()[0].variant
    plan = read_plan()
    names = columns(plan)
    x, y = read_table(needed("train"), names)
    parameters = parameters_of(plan, name)
    answers = fold_answers(parameters, x, y, names[1:])
    # On spot a machine may be taken back: CatBoost goes on from what it has written here.
    snapshot = {"allow_writing_files": True, "train_dir": checkpoints(), "save_snapshot": True, "snapshot_file": "snapshot"}
    model = fitted(parameters, x, y, names[1:], **snapshot)
    folder = model_folder()
    os.makedirs(folder, exist_ok=True)
    np.savetxt(os.path.join(folder, "folds.csv"), np.stack([y, answers], axis=1), delimiter=",", fmt="%.9g")
    model.save_model(os.path.join(folder, "model.cbm"))
    model.save_model(os.path.join(folder, "model.onnx"), format="onnx", export_parameters={})
    print(f"trained {name} on {len(y)} rows with CatBoost {catboost.__version__}")


if __name__ == "__main__":
    main()
