"""The last things that were seen, so that the same one is not taken up again."""

from __future__ import annotations

from collections import OrderedDict


class Remembered:
    """Keys of the last ``most`` things."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._keys: OrderedDict[str, None] = OrderedDict()

    def first(self, *keys: str) -> bool:
        """Whether none of these was seen before; from now on all of them were."""
        if any(key in self._keys for key in keys):
            return False
        self._keys.update(dict.fromkeys(keys))
        while len(self._keys) > self._most:
            self._keys.popitem(last=False)
        return True
