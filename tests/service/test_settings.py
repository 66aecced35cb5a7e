"""What a host sets by environment variables; test_docs.py holds the README's table against it."""

import pytest

from sinae.model.experiment import MAX_STEPS
from sinae.service.settings import Settings, programs, variable


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment({"SINAE_MAX_RUNS": "3", "PATH": "x"})
    assert (settings.max_runs, settings.max_waiting) == (3, Settings().max_waiting)
    for text in ("0", "-1", "many", "2.5", ""):
        with pytest.raises(ValueError, match="SINAE_MAX_RUNS must be a whole number"):
            Settings.from_environment({"SINAE_MAX_RUNS": text})
    with pytest.raises(ValueError, match="SINAE_MAX_STEPS must be a whole number from 1 to 1,000,"):
        Settings(max_steps=MAX_STEPS + 1)


def test_texts_are_taken_as_they_are_and_nothing_else_is_looked_at_for_one_of_them() -> None:
    environment = {"SINAE_PROGRAMS": "12", "SINAE_MAX_RUNS": "none"}
    assert variable("programs") == "SINAE_PROGRAMS"
    assert programs(environment) == "12"
    assert Settings.from_environment({"SINAE_PROGRAMS": "12"}).programs == "12"
    assert programs({}) == Settings.from_environment({}).programs == ""


def test_a_scheduler_without_tls_is_refused() -> None:
    with pytest.raises(ValueError, match="must start with tls://"):
        Settings.from_environment({"SINAE_SCHEDULER": "tcp://elsewhere:8786"})
    insecure = {"SINAE_SCHEDULER": "tcp://x:1", "SINAE_ALLOW_INSECURE_SCHEDULER": "yes"}
    assert Settings.from_environment(insecure).scheduler == "tcp://x:1"
