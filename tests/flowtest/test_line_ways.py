"""What lines run by themselves, in test calls: walked, counted with its place, and drawn."""

from pathlib import Path
from textwrap import dedent

from click.testing import CliRunner

from ivr.cli.flows import flows
from tests.flowtest.small import folder

QUEUES = """\
queues:
  desk:
    max_wait: 2 min
    overflow: {voicemail: desk, on_timeout: night}
    menu:
      text: Rappel 1, place 2.
      keys: {1: callback, 2: position}
  night:
    max_wait: 3 min
    hold: [Le bureau de nuit.]
    overflow: {voicemail: desk, greeting: La nuit aussi.}
"""
CALLS = """
- name: full, and a message
  agents: {desk: full}
  turns:
    - presses: 1
    - records: 9 s
    - presses: 1
      hears: Au revoir
  ends: voicemail
- name: too long, on to the night, and too long there
  agents: {desk: nobody answers, night: nobody answers}
  turns:
    - presses: 1
    - waits: 2 min
      hears: Le bureau de nuit.
    - waits: 4 min
      hears: La nuit aussi.
- name: too long in both at one go
  agents: {desk: nobody answers, night: nobody answers}
  turns:
    - presses: 1
    - waits: 10 min
      hears: [Le bureau de nuit., La nuit aussi.]
      offered: voicemail
- name: the place is told on asking, once
  agents: {desk: nobody answers}
  turns:
    - presses: 1
    - waits: 1 min
    - presses: 2
      hears: prochaine personne
    - waits: 15 s
      not_hears: prochaine personne
"""


def small(path: Path, calls: str = CALLS) -> Path:
    """The small house with lines that lead on by themselves."""
    made = folder(path, dedent(calls))
    (made / "queues.yaml").write_text(QUEUES, encoding="utf-8")
    return made


PUT_ASIDE = """
- name: full, and the step's own way
  agents: {desk: full}
  turns:
    - presses: 1
      hears: Tapez 1, 2, 3 ou 4.
- name: too long, and the step's own way
  agents: {desk: nobody answers}
  turns:
    - presses: 1
    - waits: 4 min
      hears: Laissez un message.
      not_hears: Le bureau de nuit.
"""


def test_where_a_step_puts_the_overflow_aside_its_own_ways_are_walked(tmp_path: Path) -> None:
    made = small(tmp_path, PUT_ASIDE)
    flow = made / "desk.yaml"
    flow.write_text(
        flow.read_text("utf-8").replace("    queue: desk\n", "    queue: desk\n    line_overflow: no\n"), "utf-8"
    )
    result = CliRunner().invoke(flows, ["test", str(made)])
    assert result.exit_code == 0, result.output
    assert "2 test calls: all as expected" in result.output


def test_calls_go_where_lines_lead_them(tmp_path: Path) -> None:
    result = CliRunner().invoke(flows, ["test", str(small(tmp_path))])
    assert result.exit_code == 0, result.output
    assert "4 test calls: all as expected" in result.output


def test_what_no_call_took_of_it_is_missed_at_its_place_in_the_queues(tmp_path: Path) -> None:
    made = small(tmp_path)
    told = CliRunner().invoke(flows, ["test", str(made), "--coverage"]).output
    assert f"{made}/queues.yaml:7:17: taken by no test: menu, exit keys.1.next" in told
    assert "queues.desk.overflow: 100 % of 3 steps and exits" in told
    assert "queues.desk.menu: " in told
    assert "queues." not in CliRunner().invoke(flows, ["test", str(made / "desk.yaml"), "--coverage"]).output


def test_what_a_line_runs_is_drawn_by_its_name(tmp_path: Path) -> None:
    made = small(tmp_path)
    drawn = CliRunner().invoke(flows, ["graph", "queues.desk.menu", "--flows", str(made)])
    assert drawn.exit_code == 0
    assert "callback: callback-1" in drawn.output
    wrong = CliRunner().invoke(flows, ["graph", "queues.desk.menus", "--flows", str(made)])
    assert wrong.exit_code == 1
    assert "queues.desk.menu, queues.desk.overflow, queues.night.overflow" in wrong.output
