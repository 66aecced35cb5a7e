"""What the engine needs of its host, tried before the server begins."""

import logging
import os
import tempfile

from sinae.model.runtime import private_directory
from sinae.service.scratch import Scratch
from sinae.service.settings import Settings, variable

log = logging.getLogger(__name__)


def check(settings: Settings, temporary: str = "") -> None:
    """Raise OSError with a sentence where a directory that the embedded cluster needs cannot be
    used; ``temporary`` is where the host wants temporary files, if anywhere."""
    if settings.scheduler:
        return
    if settings.programs:
        try:
            private_directory(settings.programs)  # workers do so too, but say it late
        except PermissionError as error:
            raise PermissionError(f"{variable('programs')}: {error}") from None
    try:
        place = tempfile.gettempdir()
    except FileNotFoundError as error:  # Python tried several
        raise OSError(f"There is no place for temporary files: {error.strerror}.") from None
    if temporary and os.path.abspath(temporary) != os.path.abspath(place):
        log.warning("TMPDIR: %s cannot be written to; temporary files go to %s.", temporary, place)
    try:
        Scratch().close()
    except OSError as error:
        raise OSError(f"Temporary files cannot be written to {place}: {error.strerror}.") from None
