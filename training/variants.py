"""Trained models, whatever library trained them: what they answer, where they split, and which files they are made of."""

import os
from dataclasses import dataclass
from typing import Callable

import numpy as np

from packages import with_catboost


@dataclass
class Variant:
    trainer: str
    answer: Callable[[np.ndarray], np.ndarray]
    # Feature and value of every split: the rows where < and <= differ.
    splits: list[tuple[int, float]]
    files: dict[str, bytes]


def load(kind: str, folder: str) -> Variant:
    return load_xgboost(folder) if kind == "xgboost" else load_catboost(folder)


def load_xgboost(folder: str) -> Variant:
    import xgboost

    path = os.path.join(folder, "xgboost-model")
    booster = xgboost.Booster(model_file=path)
    names = booster.feature_names
    table = booster.trees_to_dataframe()
    inner = table[table["Feature"] != "Leaf"]
    index = (lambda name: names.index(name)) if names else (lambda name: int(name[1:]))
    splits = [(index(name), float(split)) for name, split in zip(inner["Feature"], inner["Split"])]
    answer = lambda rows: booster.predict(xgboost.DMatrix(rows, feature_names=names))
    return Variant(f"xgboost {xgboost.__version__}", answer, splits, read_files(folder, ["xgboost-model"]))


def load_catboost(folder: str) -> Variant:
    catboost = with_catboost()
    model = catboost.CatBoostClassifier().load_model(os.path.join(folder, "model.cbm"))
    splits = [(feature, float(border)) for feature, own in model.get_borders().items() for border in own]
    answer = lambda rows: model.predict_proba(rows)[:, 1].astype(np.float32)
    return Variant(f"catboost {catboost.__version__}", answer, splits, read_files(folder, ["model.cbm", "model.onnx"]))


def read_files(folder: str, names: list[str]) -> dict[str, bytes]:
    files = {}
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            files[name] = file.read()
    return files
