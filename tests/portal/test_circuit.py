"""A service that failed is left alone for a while, and then tried by one."""

import pytest

from portal.circuit import Circuit, Paused


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Broken(Exception):
    pass


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock) -> Circuit:
    return Circuit(60, clock)


def try_it(circuit: Circuit, error: Exception | None = None) -> str:
    """What came of an attempt that ends with the error."""
    try:
        with circuit.attempt(Broken):
            if error:
                raise error
    except Paused:
        return "paused"
    except Exception as caught:
        return type(caught).__name__
    return "done"


def test_what_works_is_tried_each_time(circuit):
    assert [try_it(circuit) for _ in range(3)] == ["done", "done", "done"]
    assert circuit.is_well


def test_what_failed_is_left_alone_until_the_pause_is_over(circuit, clock):
    outcomes = [try_it(circuit, Broken()), try_it(circuit)]
    clock.now += 59.9
    outcomes.append(try_it(circuit))
    clock.now += 0.1
    outcomes += [try_it(circuit), try_it(circuit)]

    assert outcomes == ["Broken", "paused", "paused", "done", "done"]


def test_attempt_after_the_pause_that_fails_begins_another_pause(circuit, clock):
    try_it(circuit, Broken())
    clock.now += 60
    outcomes = [try_it(circuit, Broken())]
    clock.now += 59
    outcomes.append(try_it(circuit))
    clock.now += 1
    outcomes.append(try_it(circuit))

    assert outcomes == ["Broken", "paused", "done"]


def test_while_one_tries_after_the_pause_the_others_do_not(circuit, clock):
    try_it(circuit, Broken())
    clock.now += 60

    with circuit.attempt(Broken):
        meanwhile = [try_it(circuit), try_it(circuit)]
        is_well_meanwhile = circuit.is_well

    assert (meanwhile, is_well_meanwhile) == (["paused", "paused"], False)
    assert try_it(circuit) == "done"


def test_one_that_never_comes_back_from_its_attempt_does_not_keep_the_others_for_ever(circuit, clock):
    try_it(circuit, Broken())
    clock.now += 60

    with circuit.attempt(Broken):
        clock.now += 60
        later = try_it(circuit)

    assert later == "done"


def test_error_that_is_no_failure_of_the_service_begins_no_pause(circuit, clock):
    try_it(circuit, Broken())
    clock.now += 60

    assert [try_it(circuit, ValueError()), try_it(circuit)] == ["ValueError", "done"]


def test_seconds_that_are_left_are_named(circuit, clock):
    try_it(circuit, Broken())
    clock.now += 18

    with pytest.raises(Paused, match="another 42 seconds"), circuit.attempt(Broken):
        raise AssertionError
