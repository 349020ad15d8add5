"""A double click makes one job."""

from bot.presses import DOUBLE_CLICK, Presses


def test_the_same_within_a_moment_is_a_slip_and_later_it_is_meant() -> None:
    moment = [0.0]
    presses = Presses(lambda: moment[0])
    assert not presses.is_repeated("again")
    assert presses.is_repeated("again")
    assert not presses.is_repeated("details")
    moment[0] = DOUBLE_CLICK
    assert not presses.is_repeated("again")
