"""Scores what was trained, and what serves today, on the same holdout, and packs what it has scored.

Leaves `evaluation.json`, and for each variant a folder with the model, `model.json` and `parity.f32`: rows with the model's own answers, by which
packaging sees that the packaged model answers alike.
"""

import json
import os
import tempfile

import numpy as np

from places import channel, columns, model_folder, needed, read_plan, unpacked
from scores import loss, p95_milliseconds, scores
from tables import read_table
from variants import Variant, load

# Of the training data, to see how much better a model is on what it has learnt from.
MOST_TRAINING_ROWS = 100_000
PARITY_ROWS, EDGE_ROWS = 200, 100


def measured(variant: Variant, holdout: tuple[np.ndarray, np.ndarray], training: tuple[np.ndarray, np.ndarray] | None) -> dict:
    x, y = holdout
    answers = variant.answer(x)
    gap = {} if training is None else {"lossGap": loss(y, answers) - loss(training[1], variant.answer(training[0]))}
    return {**scores(y, answers), "p95Milliseconds": p95_milliseconds(variant.answer, x), **gap}


def parity_rows(x: np.ndarray, splits: list[tuple[int, float]]) -> np.ndarray:
    """Usual rows; rows whose every value lies on a split, where < and <= differ; and one without any value."""
    order = np.random.default_rng(7).permutation(len(x))
    usual, edge = x[order[:PARITY_ROWS]], x[order[:EDGE_ROWS]].copy()
    for feature in range(x.shape[1]):
        own = [np.float32(value) for column, value in splits if column == feature]
        for row in range(len(edge) if own else 0):
            edge[row, feature] = own[row % len(own)]
    return np.concatenate([usual, edge, np.full((1, x.shape[1]), np.nan, dtype=np.float32)])


def write_variant(name: str, kind: str, variant: Variant, plan: dict, x: np.ndarray) -> None:
    folder = os.path.join(model_folder(), name)
    os.makedirs(folder, exist_ok=True)
    description = {
        **{"schemaVersion": 1, "name": name, "kind": kind, "features": columns(plan)[1:]},
        **{"trainer": variant.trainer, "createdBy": plan["run"]},
    }
    rows = parity_rows(x, variant.splits)
    parity = np.concatenate([rows, variant.answer(rows)[:, None]], axis=1).astype("<f4")
    files = {**variant.files, "model.json": (json.dumps(description, indent=2) + "\n").encode(), "parity.f32": parity.tobytes()}
    for file, content in files.items():
        with open(os.path.join(folder, file), "wb") as written:
            written.write(content)


def serving(into: str) -> dict[str, Variant]:
    """What an evaluation of an earlier run has packed."""
    folder = channel("serving")
    if folder is None:
        return {}
    unpacked(folder, "model.tar.gz", into)
    found = {}
    for name in sorted(os.listdir(into)):
        description = os.path.join(into, name, "model.json")
        if os.path.isfile(description):
            with open(description, encoding="utf-8") as file:
                found[name] = load(json.load(file)["kind"], os.path.join(into, name))
    return found


def container_folds(into: str) -> np.ndarray | None:
    """Of every row its label, and what a model answered that had not seen it: `predictions.csv` of SageMaker's XGBoost."""
    folder = channel("folds")
    if folder is None:
        return None
    return np.loadtxt(os.path.join(unpacked(folder, "output.tar.gz", into), "predictions.csv"), delimiter=",", ndmin=2)


def main() -> None:
    plan = read_plan()
    names = columns(plan)
    holdout = read_table(needed("holdout"), names)
    training = read_table(needed("train"), names, MOST_TRAINING_ROWS) if channel("train") is not None else None
    candidates, champion, folds = {}, {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        for each in plan["spec"]["variants"]:
            folder = unpacked(needed(each["role"]), "model.tar.gz", os.path.join(scratch, each["role"]))
            variant = load(each["kind"], folder)
            candidates[each["model"]] = measured(variant, holdout, training)
            write_variant(each["model"], each["kind"], variant, plan, holdout[0])
            own = os.path.join(folder, "folds.csv")
            table = np.loadtxt(own, delimiter=",", ndmin=2) if os.path.isfile(own) else None
            if each["role"] == "champion" and table is None:
                table = container_folds(os.path.join(scratch, "folds"))
            if table is not None:
                folds[each["model"]] = scores(table[:, 0], table[:, 1].astype(np.float32))
        for name, variant in serving(os.path.join(scratch, "serving")).items():
            champion[name] = measured(variant, holdout, None)
    window = plan["window"]
    evaluation = {
        "schemaVersion": 1,
        "holdout": {"rows": len(holdout[1]), "verifiedLabels": len(holdout[1]), "from": window["holdoutFrom"], "until": window["holdoutUntil"]},
        "candidates": candidates,
        **({"champion": champion} if champion else {}),
        **({"folds": folds} if folds else {}),
    }
    with open(os.path.join(model_folder(), "evaluation.json"), "w", encoding="utf-8") as file:
        # No reader of JSON takes NaN for a number: better no file than one that says so.
        json.dump(evaluation, file, indent=2, allow_nan=False)
    print(json.dumps(evaluation))


if __name__ == "__main__":
    main()
