"""Steps a second."""

import time

import pytest

from sinae.service.speedometer import SECONDS, Speedometer


def test_the_speed_is_that_of_the_last_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    speed, seconds = Speedometer(), [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    speeds = [speed.steps_per_second]
    for when, step in [(0.0, 10), (0.5, 60)]:
        seconds[0] = when
        speed.reached(step)
        speeds.append(speed.steps_per_second)
    assert speeds == [None, None, 100]
    for half_second in range(2, 30):  # slower from here on: fast steps count for some seconds only
        seconds[0] = half_second / 2
        speed.reached(50 + 10 * half_second)
    assert seconds[0] > 2 * SECONDS
    assert speed.steps_per_second == pytest.approx(20)
    speed.reset()
    assert not speed.steps_per_second
