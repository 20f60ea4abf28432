"""What is measured of a model that tells 1 from 0."""

import time

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, log_loss, precision_score, recall_score, roc_auc_score

# The packaged model's own: a row is 1 above it.
THRESHOLD = 0.5
TIMED_ROWS = 200


def scores(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    called = probabilities > np.float32(THRESHOLD)
    return {
        "f1": float(f1_score(labels, called, zero_division=0)),
        "precision": float(precision_score(labels, called, zero_division=0)),
        "recall": float(recall_score(labels, called, zero_division=0)),
        "accuracy": float(accuracy_score(labels, called)),
        "auc": float(roc_auc_score(labels, probabilities)),
    }


def p95_milliseconds(answer, rows: np.ndarray) -> float:
    """Of one row at a time, in this process: no promise about a server, but the same for all that are compared."""
    answer(rows[:1])
    times = []
    for index in range(min(TIMED_ROWS, len(rows))):
        began = time.perf_counter()
        answer(rows[index : index + 1])
        times.append((time.perf_counter() - began) * 1_000)
    return float(np.percentile(times, 95))


def loss(labels: np.ndarray, probabilities: np.ndarray) -> float:
    return float(log_loss(labels, probabilities.astype(np.float64), labels=[0, 1]))
