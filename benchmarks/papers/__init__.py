"""The papers' tables: their data sets, their experiments, their printed numbers beside ours."""
