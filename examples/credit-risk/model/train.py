"""Trains the credit-risk model and writes its artifacts beside this file. See README.md."""

import csv
import json
import pathlib

import numpy as np
import xgboost as xgb

HERE = pathlib.Path(__file__).parent
SEED = 20261123
TRAIN_ROWS = 450
FOLDS, REPEATS = 5, 4
ALL_ROWS_FOLDS = 10

FIXED = {"objective": "binary:logistic", "tree_method": "exact", "nthread": 1, "seed": SEED, "base_score": 0.3}
GRID = [
    {"max_depth": depth, "eta": 0.05, "min_child_weight": weight, "subsample": 0.7, "colsample_bytree": 0.5, "lambda": 5.0, "rounds": rounds}
    for depth in (1, 2, 3)
    for weight in (1.0, 4.0)
    for rounds in (80, 140, 200)
]


def load():
    with open(HERE.parent / "data" / "german-credit.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = json.loads((HERE / "columns.json").read_text())
    x = np.array([[cell for column in columns for cell in encode(column, row)] for row in rows], dtype=np.float32)
    return x, np.array([row["class"] == "bad" for row in rows], dtype=np.float64)


def encode(column, row):
    """The cells of one column of columns.json; core/model/encoding.ts does the same."""
    if isinstance(column, str):
        return [float(row[column.split(".")[1]])]
    value = row[column["from"].split(".")[1]]
    if "oneHot" in column:
        return [float(value == category) for category in column["oneHot"]]
    return [float(column["ordinal"].index(value))]


def split(y, rng):
    """450 rows to train and calibrate on, with the class shares of all 700."""
    train = []
    for label in (0.0, 1.0):
        rows = np.flatnonzero(y == label)
        rng.shuffle(rows)
        train.extend(rows[: round(TRAIN_ROWS * len(rows) / len(y))].tolist())
    train = sorted(train)[:TRAIN_ROWS]
    return train, [i for i in range(len(y)) if i not in set(train)]


def fit(params, x, y):
    params = {**FIXED, **params}
    rounds = params.pop("rounds")
    return xgb.train(params, xgb.DMatrix(x, label=y), num_boost_round=rounds)


def out_of_fold(params, x, y, folds, rng):
    """Each row's score from a model that did not see it, and the row's fold; each fold has the class shares of all."""
    fold = np.zeros(len(y), dtype=int)
    for label in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(y == label))
        fold[rows] = np.arange(len(rows)) % folds
    scores = np.zeros(len(y))
    for k in range(folds):
        model = fit(params, x[fold != k], y[fold != k])
        scores[fold == k] = model.predict(xgb.DMatrix(x[fold == k]))
    return scores, fold


def all_rows_out_of_fold(params, x, y, seed):
    """A score for every row of the data set, those of training included, that is as honest as one of an unseen row."""
    scores, fold = out_of_fold(params, x, y, ALL_ROWS_FOLDS, np.random.default_rng(seed))
    return {
        "folds": ALL_ROWS_FOLDS,
        "seed": seed,
        "params": params,
        "scores": [round(float(score), 9) for score in scores],
        "fold": fold.tolist(),
    }


def cross_validated(scores, train, rows):
    """A score for every row of training by a model that did not see it, and null for the others."""
    by_row = dict(zip(train, scores))
    return {"scores": [round(float(by_row[row]), 9) if row in by_row else None for row in range(rows)]}


def contributions(model, x, rng):
    """XGBoost's own attributions of every tenth row, of the log-odds to the cells: vectors for other evaluators.
    Of every three rows, one is whole, one misses a third of its cells and one two thirds. The last number is the bias."""
    rows = np.arange(0, len(x), 10)
    missing = rng.random((len(rows), x.shape[1])) < (np.arange(len(rows)) % 3)[:, None] / 3
    values = model.predict(xgb.DMatrix(np.where(missing, np.nan, x[rows])), pred_contribs=True)
    return [
        {
            "row": int(row),
            "missing": np.flatnonzero(cells).tolist(),
            "contributions": [round(float(value), 7) for value in of_row],
        }
        for row, cells, of_row in zip(rows, missing, values)
    ]


def log_loss(p, y):
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def quality(p, y):
    order = np.argsort(p, kind="stable")
    ranks = np.empty(len(p))
    ranks[order] = np.arange(1, len(p) + 1)
    auc = (ranks[y == 1].sum() - y.sum() * (y.sum() + 1) / 2) / (y.sum() * (len(y) - y.sum()))
    return {"rows": len(y), "logLoss": round(log_loss(p, y), 4), "auc": round(float(auc), 4)}


def main():
    x, y = load()
    train, unseen = split(y, np.random.default_rng(SEED))
    xt, yt = x[train], y[train]

    best = None
    for params in GRID:
        rng = np.random.default_rng(SEED + 1)
        scores = np.array([out_of_fold(params, xt, yt, FOLDS, rng)[0] for _ in range(REPEATS)])
        loss = log_loss(scores.ravel(), np.tile(yt, REPEATS))
        if best is None or loss < best[0]:
            best = (loss, params, scores)
    _, params, scores = best

    model = fit(params, xt, yt)
    model.save_model(HERE / "model.json")
    raw = model.predict(xgb.DMatrix(x))
    write("split.json", {"train": train, "unseen": unseen})
    write("cross-validated.json", cross_validated(scores[0], train, len(y)), compact=True)
    write("vectors.json", [float(score) for score in raw])
    write("contributions.json", contributions(model, x, np.random.default_rng(SEED + 3)))
    write("out-of-fold.json", all_rows_out_of_fold(params, x, y, SEED + 2), compact=True)
    report = {
        "seed": SEED,
        "xgboost": xgb.__version__,
        "params": params,
        "crossValidated": {**quality(scores.ravel(), np.tile(yt, REPEATS)), "rows": len(yt)},
        "unseen": quality(raw[unseen].astype(np.float64), y[unseen]),
    }
    # A row without any value takes every default branch: a vector for other evaluators.
    report["allMissing"] = float(model.predict(xgb.DMatrix(np.full((1, x.shape[1]), np.nan)))[0])
    write("report.json", report)
    print(json.dumps(report, indent=2))


def write(name, value, compact=False):
    """A list, and what is compact, takes one line."""
    indent = None if compact or isinstance(value, list) else 2
    (HERE / name).write_text(json.dumps(value, indent=indent) + "\n")


if __name__ == "__main__":
    main()
