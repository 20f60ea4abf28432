"""Synthetic features of log windows, from a counter: every row can be made again, here and in TypeScript, to the last bit.

Only +, -, * and / of doubles, rounded to float32 once at the end: no exp, log or library's random generator, whose last bits differ
between machines. `test/support/example-models.ts` is the same in TypeScript.
"""

import numpy as np

STATISTICS = ["mean", "max", "p95", "slope"]
MEASURES = ["lines", "errors", "warnings", "latency_ms", "payload_bytes", "retries", "cpu", "memory", "connections"]
FEATURES = [f"{measure}_{statistic}" for measure in MEASURES for statistic in STATISTICS] + ["seconds_since_deploy"]

DRAWS = 8
MISSING_SHARE = 0.03
ANOMALY_SHARE = 0.18


def noise(counter: np.ndarray) -> np.ndarray:
    """A uniform number in [0, 1) for each counter: the integer hash "lowbias32" (Chris Wellons, hash-prospector, 2018)."""
    x = counter.astype(np.uint32)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x21F0AAAD)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x735A2D97)
    x = x ^ (x >> np.uint32(15))
    return x.astype(np.float64) / 4294967296.0


def draws(seed: int, rows: int, column: int) -> np.ndarray:
    """DRAWS numbers for each row of a column, as an array of shape (rows, DRAWS)."""
    width = (len(FEATURES) + 1) * DRAWS
    first = seed * 16777259 + np.arange(rows, dtype=np.int64)[:, None] * width + column * DRAWS
    return noise(((first + np.arange(DRAWS)[None, :]) & 0xFFFFFFFF).astype(np.uint32))


def rows_of(seed: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Features as float32 with NaN where a measure is missing, and labels."""
    about = draws(seed, rows, len(FEATURES))
    anomalous = about[:, 0] < ANOMALY_SHARE
    kind = np.floor(about[:, 1] * len(MEASURES)).astype(int)
    strength = about[:, 2] * 2.5 + 0.25
    table = np.empty((rows, len(FEATURES)), dtype=np.float64)
    for column in range(len(FEATURES)):
        u = draws(seed, rows, column)
        bell = u[:, 0] + u[:, 1] + u[:, 2] + u[:, 3] - 2.0
        touched = anomalous & ((column // len(STATISTICS) == kind) | (column // len(STATISTICS) == (kind + 2) % len(MEASURES)))
        value = (bell + np.where(touched, strength, 0.0)) * (column + 1.0)
        table[:, column] = np.where(u[:, 4] < MISSING_SHARE, np.nan, value)
    mislabelled = about[:, 3] < 0.02
    return table.astype(np.float32), (anomalous ^ mislabelled).astype(np.int64)
