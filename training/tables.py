"""Flat tables, as Athena's UNLOAD leaves them: Parquet files without an ending. CSV with a header is read as well, for trials on small data."""

import os

import numpy as np


def read_table(folder: str, columns: list[str], most_rows: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Features as single-precision rows, and labels. Another column, or another order, would be another feature in every row: it is refused."""
    parts, rows = [], 0
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.startswith((".", "_")) or not os.path.isfile(path):
            continue
        parts.append(part_of(path, columns))
        rows += len(parts[-1])
        if most_rows is not None and rows >= most_rows:
            break
    if rows == 0:
        raise SystemExit(f"{folder} holds no row; a window without data trains nothing: look at the query that filled it")
    table = np.concatenate(parts)[:most_rows]
    return np.ascontiguousarray(table[:, 1:]), table[:, 0]


def part_of(path: str, columns: list[str]) -> np.ndarray:
    if path.endswith(".csv"):
        with open(path, encoding="utf-8") as file:
            check_columns(path, file.readline().strip().split(","), columns)
        return np.genfromtxt(path, delimiter=",", skip_header=1, dtype=np.float32, ndmin=2)
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    check_columns(path, table.column_names, columns)
    return np.stack([column.to_numpy().astype(np.float32) for column in table.columns], axis=1)


def check_columns(path: str, found: list[str], expected: list[str]) -> None:
    if found != expected:
        raise SystemExit(
            f"{path} has the columns {', '.join(found)}; {', '.join(expected)} are expected, in this order: every value would be read as another's"
        )


def write_table(folder: str, columns: list[str], table: np.ndarray) -> None:
    """Parquet where pyarrow is, as in SageMaker's container; else CSV."""
    os.makedirs(folder, exist_ok=True)
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        np.savetxt(os.path.join(folder, "part-0.csv"), table, delimiter=",", header=",".join(columns), comments="", fmt="%.9g")
        return
    arrays = [pyarrow.array(table[:, index].astype(np.float32), from_pandas=True) for index in range(table.shape[1])]
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=columns), os.path.join(folder, "part-0.parquet"))
