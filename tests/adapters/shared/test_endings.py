"""Nothing is begun that could not be ended at once."""

from __future__ import annotations

from adapters.shared.endings import Endings


async def test_what_is_open_and_what_was_made_share_four_fifths_of_a_minute() -> None:
    endings = Endings(10)
    for _ in range(5):
        endings.made()
    endings.open = 2
    assert endings.room()
    with endings.set_aside():
        assert not endings.room()
    assert endings.room()
    endings.made()
    assert not endings.room()


async def test_processes_take_like_parts() -> None:
    endings = Endings(10)
    endings.open = 4
    assert endings.room()
    assert not endings.room(sharers=2)
