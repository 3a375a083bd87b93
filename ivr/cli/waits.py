"""`hotline history waits`: how true the waits were that callers were told."""

import click

from ivr.cli.here import hotline_here
from ivr.core.callback_record import CallbackFigures
from ivr.core.routing.tuning import HIGH_SHARE, LOW_SHARE
from ivr.services.ports import HistoryDown, StoreDown
from ivr.services.told_port import Accuracy

MOST_DAYS = 40


@click.command()
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=7, show_default=True, help="Today and before (UTC).")
@click.option("--queue", default="", help="Only this queue's.")
def waits(days: int, queue: str) -> None:
    """Say how often callers were answered within the wait expected when they joined, by queue; callbacks likewise."""
    hotline = hotline_here()
    try:
        names = [queue] if queue else sorted(one.name for one in hotline.flows.queues())
        now_ms = hotline.clock.now_ms()
        found = {name: hotline.forecasting.accuracy(name, now_ms, days) for name in names}
        called_back = hotline.called_back.all(now_ms, days)
    except StoreDown as error:
        raise click.ClickException(f"the state store does not answer: {error}") from None
    except HistoryDown as error:
        raise click.ClickException(f"the database does not answer: {error}") from None
    finally:
        hotline.close()
    for name, accuracy in found.items():
        click.echo(f"{name}: {told(accuracy)}")
        if name in called_back:
            click.echo(f"{name}, callbacks: {kept(called_back[name])}")
    click.echo(f"wanted: {HIGH_SHARE - LOW_SHARE:.0%} within the range")


def told(accuracy: Accuracy) -> str:
    """One queue's figures, in words."""
    if not accuracy.calls:
        return "nobody who waited with a forecast was answered"
    calls = f"{accuracy.calls} answered call{'s' * (accuracy.calls != 1)}"
    return (
        f"{calls}, {accuracy.within:.0%} within the range, {accuracy.under:.0%} sooner, {accuracy.over:.0%} later; "
        f"mean width {accuracy.width_s:.0f} s, mean error {accuracy.error_s:.0f} s, mean wait {accuracy.waited_s:.0f} s"
    )


def kept(figures: CallbackFigures) -> str:
    """One queue's callbacks, in words."""
    promised = f"{figures.promised} promised for a time that is over"
    late = f", the others late by {figures.late_s:.0f} s on average" if figures.late_s else ""
    said = f"{promised}, {figures.in_time:.0%} dialled within it, {figures.early:.0%} before it{late}"
    if not figures.over:
        return said
    return (
        f"{said}; of {figures.over} that are over {figures.reached:.0%} were reached, "
        f"in {figures.tries:.1f} tries, {figures.waited_s:.0f} s after they were asked for"
    )
