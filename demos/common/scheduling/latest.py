"""Of several requests of a visitor that are answered side by side, only the latest goes on."""

import time
from dataclasses import dataclass


@dataclass
class Latest:
    """The `number` of a visitor's latest request of one sort: whoever answers an earlier one sees that, and stops."""

    number: int = 0

    def request(self) -> int:
        """The number of a new request. From now on those before it are outdated.

        It is no less than the time in seconds: a page that stays open while the server is started anew, and leaves
        out what was overtaken on its way, still gets larger numbers.
        """
        self.number = max(self.number + 1, int(time.time()))
        return self.number

    def asked(self, number: int) -> int:
        """The same for a request that the page has numbered (ui.LATEST): it may arrive after a later one.

        Whoever counts these makes no `request` beside them.
        """
        self.number = max(self.number, number)
        return number
