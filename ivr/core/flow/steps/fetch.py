"""The fetch step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ivr.core.flow.bound import Address, Bound, json_of
from ivr.core.flow.context import SECRET, Context
from ivr.core.flow.effects import Effect, Fetch, Note
from ivr.core.flow.expected import BadAnswer, Part, is_path, kept_of
from ivr.core.flow.fields import AnswerName, FetchSeconds, Name, Target
from ivr.core.flow.inputs import Fetched, Input
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text


@step("fetch", main="address")
@dataclass(frozen=True, slots=True)
class FetchStep(Step):
    """Asks an outside system while the caller waits, and keeps values of its JSON answer as `answers.NAME`.

    The host has to stand in `hosts.yaml`. Goes on at `next` with every value found, at `on_missing` where the other
    side knows nothing of it, at `on_timeout` where it takes too long, and at `otherwise` for these and anything else.
    With `sensitive` the values are used in conditions only: never said, noted or shown.

    ```yaml
    file-status:
      fetch: https://files.example.org/api/files
      query: {number: "{{ answers.file }}"}
      words: Un instant, je consulte votre dossier.
      within: 3 s
      save:
        status: file.status
        ready_on: {at: file.ready_on, kind: date, optional: yes}
      next: tell-status
      on_missing: no-such-file
      otherwise: reception
    ```
    """

    address: Address
    next: Target
    otherwise: Target
    save: Mapping[AnswerName, Part] = field(default_factory=dict)
    query: Mapping[Name, Bound] = field(default_factory=dict)
    method: Literal["get", "post"] = "get"
    body: Mapping[Name, Bound] = field(default_factory=dict)
    words: Text | None = None
    within: FetchSeconds = 3
    sensitive: bool = False
    on_missing: Target | None = None
    on_timeout: Target | None = None

    accepts = (Fetched,)

    def enter(self, context: Context) -> Outcome:
        """Says the words and asks."""
        query = {name: bound.render(context.value) for name, bound in self.query.items()}
        body = {name: bound.render(context.value) for name, bound in self.body.items()}
        fetch = Fetch(
            url=self.address.render(context.value, query),
            method="POST" if self.method == "post" else "GET",
            body=json_of(body) if self.method == "post" else "",
            seconds=self.within,
        )
        return Waits(fetch, context.say(self.words) if self.words is not None else ())

    def resume(self, context: Context, input: Input) -> Outcome:
        """Keeps what was found, or goes the way that fits why nothing was."""
        if not isinstance(input, Fetched):
            raise NotAccepted("an outside system is being asked")
        if input.outcome != "ok":
            ways = {"missing": self.on_missing, "timeout": self.on_timeout}
            return self._left(context, ways.get(input.outcome) or self.otherwise, input.outcome)
        try:
            kept = kept_of(input.body, self.save)
        except BadAnswer as problem:
            return self._left(context, self.otherwise, "failed", str(problem))
        prefix, other = (SECRET, "") if self.sensitive else ("", SECRET)
        known = context.session.values
        forgotten = {other + name: "" for name in kept if other + name in known}
        values = {prefix + name: value for name, value in kept.items()} | forgotten
        return Left(self.next, "found", values=values)

    def problems(self, world: World) -> Iterator[Found]:
        """A host nobody allowed, plain http, a way into the answer that is none, a body that is never sent."""
        known = world.hosts
        if known is not None and self.address.host not in known:
            hint = "name it in hosts.yaml, once the house agrees that callers' answers go there"
            yield Found("F070", "fetch", f"look-ups at '{self.address.host}' are not allowed", hint)
        elif known is not None and self.address.scheme == "http" and not known[self.address.host]:
            yield Found("F070", "fetch", f"'{self.address.host}' may only be asked by https", "write https://")
        for name, part in self.save.items():
            if not is_path(part.at):
                hint = "write names with dots between: file.status, or visits.0.date"
                yield Found("F071", f"save.{name}", f"'{part.at[:40]}' is no way into an answer", hint)
        if self.body and self.method == "get":
            yield Found(
                "F071", "body", "a body is only sent with `method: post`", "write `method: post`, or use `query`"
            )

    def _left(self, context: Context, to: Target, way_out: str, why: str = "") -> Left:
        noted: tuple[Effect, ...] = (Note(context.step, f"{way_out}: {why}" if why else way_out),)
        return Left(to, way_out, noted)
