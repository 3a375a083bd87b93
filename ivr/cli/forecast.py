"""`hotline forecast`: fit the forecast of a wait on the waits of this house. See docs/waits.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from ivr.cli.here import hotline_here
from ivr.cli.places import ACTOR
from ivr.core.routing.calibration_trial import FEWEST_DAYS, FEWEST_WAITS, WANTED, Score, TooLittle, Trial
from ivr.services.calibrating import FRESH_MS, Calibrating, Kept
from ivr.services.ports import Act, HistoryDown, StoreDown
from ivr.store.redis.told import RedisTold
from ivr.store.sql.calibrations import SqlMeasuredWaits
from ivr.wiring import Hotline

_SHIPPED = "what ships, fitted on a bank's call centre of 1999"


@click.group()
def forecast() -> None:
    """The forecast of callers' waits: fit it on this house's own, see which is used, take one back."""


@forecast.command()
@click.option("--dry-run", is_flag=True, help="Say how it comes out, and publish nothing.")
def fit(*, dry_run: bool) -> None:
    """Fit the forecast on the older of this house's waits, try it on the newer, and use it where it is better.

    A house that runs uses it within a minute. Exit 1 where there is too little to fit on.
    """
    with _verbs() as (verbs, hotline):
        trial = verbs.trial()
        if isinstance(trial, TooLittle):
            raise click.ClickException(too_little(trial))
        for line in as_table(trial):
            click.echo(line)
        if trial.verdict != "better":
            click.echo(_why_not(trial))
            return
        if dry_run:
            click.echo("better; nothing is published (--dry-run)")
            return
        kept = verbs.publish(trial, ACTOR, hotline.clock.now())
        hotline.audit.note(Act(hotline.clock.now(), ACTOR, "forecast published", kept.id, _gain(trial)))
    click.echo(
        f"published as {kept.id}: {_gain(trial)}. It is used within {FRESH_MS // 1000} s; each line learns anew."
    )


@forecast.command()
def show() -> None:
    """Say which forecast is used, how it was tried, and which there were."""
    with _verbs() as (verbs, _):
        kept = verbs.kept()
    present = next((one for one in kept if one.withdrawn_at is None), None)
    click.echo(f"in use: {present.id if present else _SHIPPED}")
    if present is not None:
        for line in as_table(present.trial):
            click.echo(line)
    for one in kept:
        click.echo(_line(one))


@forecast.command()
def rollback() -> None:
    """Take the newest forecast back: the one before is used again, in the end what ships."""
    with _verbs() as (verbs, hotline):
        taken = verbs.roll_back(ACTOR, hotline.clock.now())
        if taken is None:
            raise click.ClickException(f"nothing to take back: in use is {_SHIPPED}")
        hotline.audit.note(Act(hotline.clock.now(), ACTOR, "forecast withdrawn", taken.id))
        before = next((one for one in verbs.kept() if one.withdrawn_at is None), None)
    click.echo(f"{taken.id} is taken back; in use within {FRESH_MS // 1000} s: {before.id if before else _SHIPPED}")


@contextmanager
def _verbs() -> Iterator[tuple[Calibrating, Hotline]]:
    hotline = hotline_here()
    told = RedisTold(hotline.redis, hotline.keys)
    try:
        yield Calibrating(SqlMeasuredWaits(hotline.database), hotline.calibrations, told), hotline
    except HistoryDown as error:
        raise click.ClickException(f"the database can't be used: {error}") from None
    except StoreDown as error:
        raise click.ClickException(
            f"done, but lines keep what they had learnt of the forecast before, since the state store does not answer "
            f"({error}); they come right by themselves, in some hundred calls"
        ) from None
    finally:
        hotline.close()


def too_little(found: TooLittle) -> str:
    """What is missing, and how long it will take."""
    said = (
        f"too little to fit on: {found.waits} waits are measured, of {found.days:.0f} days; "
        f"{FEWEST_WAITS:,} of {FEWEST_DAYS} days are needed"
    )
    a_day = found.waits / found.days if found.days >= 1 else 0.0
    if not a_day:
        return f"{said}. A wait is measured when a caller who was told one, or might have been, is answered"
    more = max(FEWEST_DAYS - found.days, (FEWEST_WAITS - found.waits) / a_day)
    return f"{said}. At this pace that takes {max(1, round(more))} days more"


def as_table(trial: Trial) -> list[str]:
    """How both told the waits neither was fitted on."""
    head = (
        f"fitted on {trial.fitted_on:,} waits from {_day(trial.from_s)} on, "
        f"tried on the {trial.tried_on:,} from {_day(trial.split_s)} to {_day(trial.until_s)}:"
    )
    columns = f"{'':10}{'within':>9}{'sooner':>9}{'later':>9}{'width':>10}{'error':>10}{'loss':>9}"
    wanted = f"wanted: {WANTED:.0%} within; of two like that, the better has the less loss"
    return [head, columns, _row("in use", trial.present), _row("fitted", trial.fitted), wanted]


def _row(name: str, score: Score) -> str:
    shares = "".join(f"{share:>9.1%}" for share in (score.within, score.under, score.over))
    return f"{name:10}{shares}{score.width_s:>8.0f} s{score.error_s:>8.1f} s{score.loss:>9.2f}"


def _gain(trial: Trial) -> str:
    return f"{trial.gain:.1%} less loss (chance would give {trial.gain_error:.1%})"


def _why_not(trial: Trial) -> str:
    if trial.verdict == "beside the promise":
        return f"not published: {trial.fitted.within:.0%} were within its range, and {WANTED:.0%} are wanted"
    if trial.gain <= 0:
        return "not published: it tells no truer than what is in use"
    return f"not published: {_gain(trial)} is too little to be sure of"


def _line(one: Kept) -> str:
    state = f", taken back {_moment(one.withdrawn_at)} by {one.withdrawn_by}" if one.withdrawn_at else ""
    return f"{one.id}  {_moment(one.made_at)} by {one.made_by}, {_gain(one.trial)}{state}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _day(second: float) -> str:
    return f"{datetime.fromtimestamp(second, UTC).astimezone():%Y-%m-%d}"
