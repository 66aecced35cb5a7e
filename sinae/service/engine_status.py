"""`EngineStatus`, apart from the engine, so that whoever reads it loads no Dask."""

from enum import StrEnum


class EngineStatus(StrEnum):
    """Whether there is something to train on."""

    STARTING = "starting"
    UP = "up"
    AWAY = "away"
