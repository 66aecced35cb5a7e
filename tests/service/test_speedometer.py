"""Steps a second."""

import time

import pytest

from sinae.service.speedometer import SECONDS, Speedometer


def test_the_speed_is_that_of_the_last_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    speed = Speedometer()
    assert speed.steps_per_second is None
    speed.reached(10)
    assert speed.steps_per_second is None
    now += 0.5
    speed.reached(60)
    assert speed.steps_per_second == 100
    for _ in range(20):  # slower from here on: the fast steps count for some seconds only
        now += 0.5
        speed.reached(60 + round(20 * (now - 100.5)))
    assert speed.steps_per_second == pytest.approx(20)
    assert now - 100 > 2 * SECONDS
    speed.reset()
    assert speed.steps_per_second is None
