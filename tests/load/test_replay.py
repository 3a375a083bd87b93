"""`hotline load` from end to end: a private stack, a synthetic half hour, every call accounted for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.load import load

FIXTURE = Path(__file__).parent.parent / "fixtures" / "bank-synthetic.csv"


def hotline_load(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ivr", "load", "--records", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=110, stdin=subprocess.DEVNULL, check=False)


@pytest.mark.timeout(115)
def test_a_synthetic_quarter_of_an_hour() -> None:
    done = hotline_load(
        str(FIXTURE), "--day", "1999-03-02", "--from", "09:00", "--to", "09:15", "--speed", "90", "--json"
    )
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert told["offered"] == told["recorded"]["offered"] > 20
    assert told["offered"] == told["answered"] + told["abandoned"]
    # Callers have the patience of the record, so a machine too busy for ninety times the pace, which shows in how long
    # connecting takes (4 s), loses more of them; but none of them unseen.
    kept_up = told["connect_seconds"]["n"] > 0 and told["connect_seconds"]["mean"] < 8
    assert told["answered"] > (10 if kept_up else 0)
    assert (told["lost"], told["bridged_twice"], told["stuck_agents"], told["never_offered"]) == (0, 0, 0, 0)
    assert told["wait_seconds_of_all"]["n"] == told["offered"]
    assert set(told["wait_seconds_of_all"]) == {"n", "mean", "median", "p95"}
    assert told["data"] == "Technion Anonymous Bank data, Guedj and Mandelbaum"
    assert "Kaplan-Meier" in told["method"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--day", "1999-03-09"), "has no calls on 1999-03-09"),
        (("--day", "soon"), "soon"),
        (("--day", "1999-03-02", "--speed", "0.5"), "--speed"),
        (("--day", "1999-03-02", "--from", "25:00"), "25:00"),
    ],
)
def test_a_bad_invocation_exits_2(arguments: tuple[str, ...], told: str) -> None:
    done = CliRunner().invoke(load, ["--records", str(FIXTURE), *arguments])
    assert done.exit_code == 2
    assert told in done.stderr


def test_records_that_cannot_be_read_exit_2(tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    path.write_text("a,b\n1,2\n")
    done = hotline_load(str(path), "--day", "1999-03-02")
    assert done.returncode == 2
    assert "no column arrived_at" in done.stderr
