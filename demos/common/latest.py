"""Of several requests of a visitor that are answered side by side, only the latest goes on."""

from dataclasses import dataclass


@dataclass
class Latest:
    """The `number` of a visitor's latest request of one sort: whoever answers an earlier one sees that, and stops."""

    number: int = 0

    def request(self) -> int:
        """The number of a new request. From now on those before it are outdated."""
        self.number += 1
        return self.number

    def asked(self, number: int) -> int:
        """The same for a request that the page has numbered (ui.LATEST): it may arrive after a later one."""
        self.number = max(self.number, number)
        return number
