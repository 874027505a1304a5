"""The benchmark's own arithmetic, and what it says when it cannot measure."""

import json
from contextlib import contextmanager

import pytest
from tools.bench import __main__ as bench
from tools.bench import measure, starts
from tools.bench.measure import CannotMeasure, Peer, requests_per_second, side_by_side, within

KEYS = {"name", "ours", "unit", "peer", "peers", "ratio", "at_least", "holds"}


def rates(*each):
    given = iter(each)
    return lambda: next(given)


def test_five_rounds_in_turn_and_their_medians():
    asked = []

    def one_of(name, *values):
        given = rates(*values)
        return lambda: asked.append(name) or given()

    first, second = side_by_side(
        name="n",
        unit="u",
        ours=one_of("ours", 1, 50, 30, 40, 20),
        peers=(
            Peer("p", one_of("p", 60, 100, 50, 70, 1000), at_least=0.5),
            Peer("q", one_of("q", 1, 2, 3, 4, 5)),
        ),
    )
    assert asked == ["ours", "p", "q"] * 5
    assert (first.ours, first.peers, first.ratio, first.holds) == (30, 70, 0.4286, False)
    assert (second.peer, second.ratio, second.holds) == ("q", 10, True)


def test_less_is_better_for_times_and_memory():
    figure = within(name="n", unit="s", measured=(30, 10, 20), promise="p", at_most=40)
    assert (figure.ours, figure.ratio, figure.holds) == (20, 2.0, True)
    assert not within(name="n", unit="s", measured=(1, 1, 41), promise="p", at_most=40).holds


def test_a_missing_wrk_is_said_in_one_line_and_the_rest_is_measured(monkeypatch, tmp_path, capsys):
    @contextmanager
    def nothing():
        yield None

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONLY", "")
    monkeypatch.setattr(measure.shutil, "which", lambda _: None)
    monkeypatch.setattr(bench, "instance", nothing)
    measured = within(name="n", unit="s", measured=(1,), promise="p", at_most=2)
    monkeypatch.setattr(starts, "measure", lambda: iter([measured]))
    needs_wrk = {"ocsp": lambda _, folder: requests_per_second("http://127.0.0.1:1/", folder=folder)}
    monkeypatch.setattr(bench, "MEASURED", needs_wrk)
    assert bench.main() == 1
    said = capsys.readouterr()
    assert said.err == "not measured: wrk is missing: apt-get install wrk\n"
    written = json.loads((tmp_path / "bench.json").read_text())
    assert [set(figure) for figure in written] == [KEYS]


def test_only_the_part_asked_for_is_measured(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONLY", "start")

    def cannot():
        raise CannotMeasure("it did not start")
        yield

    monkeypatch.setattr(starts, "measure", cannot)
    monkeypatch.setattr(bench, "instance", lambda: pytest.fail("nobody asked for an instance"))
    assert bench.main() == 1
