"""The run step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.flow.context import SECRET, Context
from ivr.core.flow.fields import AnswerName, FlowName, Name, Target
from ivr.core.flow.outcomes import Left, Outcome, Runs
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text, speakable


@step("run", main="flow")
@dataclass(frozen=True, slots=True)
class RunStep(Step):
    """Runs another flow, of this folder or of `library/`, and goes on by the word it returns.

    The other flow knows only what it is `given`, as `given.NAME`; its answers are its own. What it found can be
    kept under `save`.

    ```yaml
    identify:
      run: identify-by-file
      given: {question: "Quel est votre numéro de dossier ?"}
      save: file
      results: {found: greet, unknown: ask-name}
      next: reception
    ```
    """

    flow: FlowName
    next: Target
    given: Mapping[AnswerName, Text] = field(default_factory=dict)
    save: AnswerName | None = None
    results: Mapping[Name, Target] = field(default_factory=dict)

    texts_are = "kept"

    def enter(self, context: Context) -> Outcome:
        """Into the other flow."""
        return Runs(self.flow, {name: speakable(context.render(text)) for name, text in self.given.items()})

    def returned(self, context: Context, result: str, value: str) -> Outcome:
        """Goes the way of the word that came back, else on at `next`."""
        values = {}
        if self.save is not None:
            values[self.save] = value
            if SECRET + self.save in context.session.values:
                values[SECRET + self.save] = ""
        return Left(self.results.get(result) or self.next, result, values=values)

    def problems(self, world: World) -> Iterator[Found]:
        """Parameters and results the other flow doesn't have."""
        face = (world.flows or {}).get(self.flow)
        if face is None:
            return
        for name in sorted(self.given.keys() - face.parameters):
            yield Found("F036", f"given.{name}", f"flow '{self.flow}' takes no '{name}'", _offered(face.parameters))
        for name in sorted(face.parameters - self.given.keys()):
            yield Found("F036", "run", f"flow '{self.flow}' has to be given '{name}'", f"write given: {{{name}: ...}}")
        for name in sorted(self.results.keys() - face.results):
            yield Found("F037", f"results.{name}", f"flow '{self.flow}' never returns '{name}'", _offered(face.results))


def _offered(names: frozenset[str]) -> str:
    return f"there are {', '.join(sorted(names))}" if names else "there are none"
