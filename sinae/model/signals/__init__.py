"""The families of signals that networks can be trained on; a new one is added here."""

from sinae.model.signals.family import SignalFamily
from sinae.model.signals.phase import PHASE_ALONE
from sinae.model.signals.sine import SINE

FAMILIES: dict[str, SignalFamily] = {family.name: family for family in (SINE, PHASE_ALONE)}
"""All families by name, the post's first."""

PARAMETER_KEYS: tuple[str, ...] = tuple(
    dict.fromkeys(parameter.key for family in FAMILIES.values() for parameter in family.parameters)
)
"""The keys of the parameters of all families."""

GROWING: tuple[str, ...] = tuple(
    sorted({parameter.key for family in FAMILIES.values() for parameter in family.growing})
)
"""The keys of all parameters whose range can open while a family grows from a patch."""
