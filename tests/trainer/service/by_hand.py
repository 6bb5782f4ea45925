"""Parts of the trainer's service on their own: a clock that is set by hand, and an order."""

from __future__ import annotations

from tests.trainer.service.client import make_order, toy_sounds

from earmark_trainer.jobs.orders import Order


class Clock:
    """Seconds, moved by whoever holds it."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def order() -> Order:
    """An order for two tags."""
    return Order.model_validate(
        make_order({"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)})
    )
