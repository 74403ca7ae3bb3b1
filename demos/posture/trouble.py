"""What nobody foresaw: it goes to the log, and the visitor is told in a sentence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from demos.common.errors import BadInput
from demos.common.models.weights import WeightsError
from demos.common.whole_file import said_when_full

LOG = logging.getLogger(__name__)


@contextmanager
def sentence_for(key: str) -> Iterator[None]:
    """Raise BadInput with the string `key` for whatever goes wrong inside that is not said in a sentence already."""
    try:
        with said_when_full():
            yield
    except (BadInput, WeightsError):
        raise
    except Exception as error:
        LOG.exception("An analysis failed")
        raise BadInput(key) from error
