"""Trains the models of this folder and records what they answer natively.

    pip install xgboost-cpu==3.0.5 catboost==1.2.10 onnx==1.23.2 && python train.py

XGBoost 3.0.5 is what SageMaker's built-in algorithm 3.0-5 runs; the file is saved without an extension, as it does. Writes for each model
`<model>/model.tar.gz` (the model, `model.json`, and `parity.f32`: rows with the model's own answer) and `<model>/answers-10000.f32`.
"""

import gzip
import io
import json
import os
import tarfile

import catboost
import numpy as np
import xgboost

from data import FEATURES, rows_of

HERE = os.path.dirname(os.path.abspath(__file__))
TRAINING, HOLDOUT, PARITY, MANY = 1, 2, 3, 4
PARITY_ROWS, EDGE_ROWS, MANY_ROWS = 100, 60, 10_000


def with_values_on_splits(rows: np.ndarray, splits: list[tuple[int, float]]) -> np.ndarray:
    """Every value of these rows lies exactly on a split of its feature, where it has one: where < and <= differ."""
    edge = rows.copy()
    for feature in range(edge.shape[1]):
        own = [np.float32(value) for column, value in splits if column == feature]
        for row in range(edge.shape[0]):
            if own:
                edge[row, feature] = own[row % len(own)]
    return edge


def parity_rows(splits: list[tuple[int, float]]) -> np.ndarray:
    rows, _ = rows_of(PARITY, PARITY_ROWS + EDGE_ROWS)
    nothing = np.full((1, len(FEATURES)), np.nan, dtype=np.float32)
    return np.concatenate([rows[:PARITY_ROWS], with_values_on_splits(rows[PARITY_ROWS:], splits), nothing])


def write(name: str, description: dict, files: dict[str, bytes], splits, answer) -> dict:
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    rows = parity_rows(splits)
    parity = np.concatenate([rows, answer(rows)[:, None]], axis=1).astype("<f4")
    many, labels = rows_of(MANY, MANY_ROWS)
    answers = answer(many).astype("<f4")
    answers.tofile(os.path.join(folder, "answers-10000.f32"))
    model = {"schemaVersion": 1, "features": FEATURES, "createdBy": "examples/models/train.py", **description}
    contents = {**files, "model.json": (json.dumps(model, indent=2) + "\n").encode(), "parity.f32": parity.tobytes()}
    with open(os.path.join(folder, "model.tar.gz"), "wb") as file:
        file.write(gzip.compress(archive(contents), 9, mtime=0))
    predicted = answers > 0.5
    return {
        "rows": MANY_ROWS,
        "accuracy": round(float((predicted == labels).mean()), 4),
        "precision": round(float(labels[predicted].mean()), 4),
        "recall": round(float(predicted[labels == 1].mean()), 4),
        "bytes": {file: len(content) for file, content in contents.items()},
    }


def archive(contents: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in sorted(contents.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def train_xgboost() -> dict:
    x, y = rows_of(TRAINING, 4_000)
    parameters = {"objective": "binary:logistic", "max_depth": 4, "eta": 0.15, "seed": 7, "nthread": 1, "tree_method": "hist"}
    booster = xgboost.train(parameters, xgboost.DMatrix(x, label=y, feature_names=FEATURES), num_boost_round=60)
    path = os.path.join(HERE, "xgboost-model")
    booster.save_model(path)
    with open(path, "rb") as file:
        saved = file.read()
    os.remove(path)
    table = booster.trees_to_dataframe()
    splits = [(FEATURES.index(row.Feature), row.Split) for row in table.itertuples() if row.Feature != "Leaf"]
    description = {"name": "anomaly_xgboost", "kind": "xgboost", "trainer": f"xgboost {xgboost.__version__}"}
    answer = lambda rows: booster.predict(xgboost.DMatrix(rows, feature_names=FEATURES))
    return write("xgboost", description, {"xgboost-model": saved}, splits, answer)


def train_catboost(folder: str, name: str, iterations: int, from_average: bool) -> dict:
    x, y = rows_of(TRAINING, 4_000)
    model = catboost.CatBoostClassifier(
        iterations=iterations, depth=4, learning_rate=0.2, random_seed=7, thread_count=1, border_count=64,
        boost_from_average=from_average, allow_writing_files=False, verbose=False,
    )
    model.fit(catboost.Pool(x, label=y, feature_names=FEATURES))
    files = {}
    for file, arguments in {"model.cbm": {}, "model.onnx": {"format": "onnx", "export_parameters": {}}}.items():
        path = os.path.join(HERE, file)
        model.save_model(path, **arguments)
        with open(path, "rb") as saved:
            files[file] = saved.read()
        os.remove(path)
    borders = model.get_borders()
    splits = [(feature, border) for feature, own in borders.items() for border in own]
    description = {"name": name, "kind": "catboost", "trainer": f"catboost {catboost.__version__}"}
    answer = lambda rows: model.predict_proba(rows)[:, 1].astype(np.float32)
    outcome = write(folder, description, files, splits, answer)
    return {**outcome, "bias": model.get_scale_and_bias()[1]}


if __name__ == "__main__":
    outcome = {
        "xgboost": train_xgboost(),
        "catboost": train_catboost("catboost", "anomaly_catboost", 60, False),
        "catboost-biased": train_catboost("catboost-biased", "anomaly_catboost_biased", 20, True),
    }
    with open(os.path.join(HERE, "outcome.json"), "w") as file:
        json.dump(outcome, file, indent=2)
        file.write("\n")
