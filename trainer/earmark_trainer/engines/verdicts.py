"""How attempts end, in words that a musician understands."""

from __future__ import annotations

import signal

from earmark_trainer.engines.engine import Ending, Outcome
from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.problems import Problem

_LOOK_AT_LOG = "Resume the job; if it happens again, look at the log in the job's folder."


def told(line: Line) -> Ending:
    """What the process said of its own end."""
    if line.kind is Kind.FINISHED:
        return Ending(Outcome.FINISHED)
    try:
        return Ending(Outcome.FAILED, Problem.from_dict(line.data))
    except TypeError:
        return garbled()


def died(code: int | None) -> Ending:
    """The process ended without a last word."""
    if code is not None and code < 0:
        how = f"It was ended by the system ({signal.Signals(-code).name})."
    else:
        how = f"It ended with status {code}."
    return _lost(
        "training-died",
        "The training process died.",
        f"{how} Often that means too little memory.",
        f"Train with fewer sounds or on a larger machine. {_LOOK_AT_LOG}",
    )


def lost(why: str) -> Ending:
    """The cluster says that the process ended without a last word."""
    return _lost(
        "training-died",
        "The training process died.",
        f"Ray said: {why[:500]}" if why else "Ray did not say why.",
        f"See that the cluster has machines enough. {_LOOK_AT_LOG}",
    )


def no_cluster(address: str) -> Ending:
    """The cluster could not be reached to begin at all."""
    return _lost(
        "no-cluster",
        "The machines that train cannot be reached.",
        f"Ray at {address} does not answer, or does not know the trainer's token.",
        "Start the Ray cluster, then resume the job.",
    )


def silent(seconds: float) -> Ending:
    """The process is there and says nothing."""
    return _lost(
        "training-hung",
        "The training process stopped answering.",
        f"Nothing was heard of it for {seconds:g} seconds.",
        _LOOK_AT_LOG,
    )


def garbled() -> Ending:
    """The process says something that is no report."""
    return _lost(
        "training-garbled",
        "The training process could not be understood.",
        "What it reported is not in the form that was agreed.",
        "Install the same version of all of earmark-trainer.",
    )


def too_long(seconds: float) -> Ending:
    """The attempt took more time than it may."""
    return _failed(
        "out-of-time",
        "The training took too long.",
        f"It may take {seconds / 3600:g} hours.",
        "Resume the job to go on from where it stopped, or train with fewer epochs.",
    )


def too_big(size: int) -> Ending:
    """The attempt took more disk than it may."""
    return _failed(
        "job-too-big",
        "The training wrote too much.",
        f"One job may take {size} bytes.",
        "Choose a smaller architecture.",
    )


def _lost(code: str, title: str, detail: str, advice: str) -> Ending:
    """The attempt came to nothing through no fault of the job: it may be tried again."""
    return Ending(Outcome.LOST, Problem(code, title, detail, advice))


def _failed(code: str, title: str, detail: str, advice: str) -> Ending:
    """The job went over a limit, as it would again: whether to resume it is for a person to say."""
    return Ending(Outcome.FAILED, Problem(code, title, detail, advice))
