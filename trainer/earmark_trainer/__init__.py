"""Trains tagging models from spectrograms and labels; knows nothing of the client's code."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # or onnxruntime tells its makers of each start

__version__ = "0.1.0"
