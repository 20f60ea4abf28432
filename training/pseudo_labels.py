"""Labels for the rows that have none, by an isolation forest; a share of what it calls anomalous is offered for a person's review.

Leaves two folders: `train`, the window with every row labelled, in the columns and the order it came in; `review`, rows with their features and
the forest's score, drawn at random, so that what people find in them holds for all that it has labelled.
"""

import os

import numpy as np
from sklearn.ensemble import IsolationForest

from places import LABEL_OF_NOBODY, checkpoints, columns, needed, read_plan
from tables import read_table, write_table


def without_holes(x: np.ndarray) -> np.ndarray:
    """The forest takes no missing value. A median says the least of a row that has none; a column that is empty says nothing."""
    known = np.where(np.isnan(x).all(axis=0), 0, np.nan_to_num(np.nanmedian(np.where(np.isnan(x).all(axis=0), 0, x), axis=0)))
    return np.where(np.isnan(x), known, x)


def pseudo_labels(x: np.ndarray, y: np.ndarray, anomalous_share: float) -> tuple[np.ndarray, np.ndarray]:
    """All labels, and for each row the score: the lower, the more anomalous. Labels that people gave stay."""
    unknown = y == LABEL_OF_NOBODY
    filled = without_holes(x)
    forest = IsolationForest(n_estimators=100, contamination=anomalous_share, random_state=7, n_jobs=-1).fit(filled[unknown] if unknown.any() else filled)
    score = forest.decision_function(filled)
    return np.where(unknown, (score < 0).astype(np.float32), y), score


def drawn_for_review(flagged: np.ndarray, share: float) -> np.ndarray:
    count = int(np.ceil(len(flagged) * share))
    return np.sort(np.random.default_rng(7).choice(flagged, size=count, replace=False))


def main() -> None:
    plan = read_plan()
    settings = plan["spec"]["data"]["pseudoLabels"]
    names = columns(plan)
    x, y = read_table(needed("train"), names)
    labels, score = pseudo_labels(x, y, settings["anomalousShare"])
    flagged = np.flatnonzero((y == LABEL_OF_NOBODY) & (labels == 1))
    review = drawn_for_review(flagged, settings["reviewShare"])
    folder = checkpoints()
    write_table(os.path.join(folder, "train"), names, np.column_stack([labels, x]))
    write_table(os.path.join(folder, "review"), [*names[1:], "anomaly_score"], np.column_stack([x[review], score[review]]))
    print(f"labelled {int((y == LABEL_OF_NOBODY).sum())} of {len(y)} rows, {len(flagged)} as anomalous; {len(review)} of these are for review")


if __name__ == "__main__":
    main()
