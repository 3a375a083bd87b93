"""What a step names is there: steps, queues, sound files, recordings, flows."""

from collections.abc import Iterator

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.condition import Condition
from ivr.core.flow.fields import FlowName, PromptFile, QueueName, Target
from ivr.core.flow.names import GIVEN
from ivr.core.flow.registry import Found
from ivr.core.flow.text import Text


@check()
def steps(view: View) -> Iterator[Found]:
    """Every way leads to a step of this flow."""
    ways = [("flow.start", view.flow.start), ("flow.on_fault", view.flow.on_fault)]
    ways += [(path, link.value) for path, _, link in view.of(Target)]
    for path, to in ways:
        if to and to not in view.declared:
            yield Found("F020", path, f"there is no step '{to}'", view.near(to, view.declared))


@check()
def queues(view: View) -> Iterator[Found]:
    """Every queue is in queues.yaml."""
    known = view.world.queues
    for path, _, link in view.of(QueueName):
        if link.value not in known:
            hint = view.near(link.value, known, "queues are defined in queues.yaml")
            yield Found("F024", path, f"there is no queue '{link.value}'", hint)


@check()
def sound_files(view: View) -> Iterator[Found]:
    """Every sound file is below flows/prompts/."""
    known = view.world.prompts
    for path, _, link in view.of(PromptFile):
        if known is not None and link.value not in known:
            hint = view.near(link.value, known, "sound files belong in flows/prompts/")
            yield Found("F027", path, f"there is no sound file '{link.value}'", hint)


@check()
def recordings(view: View) -> Iterator[Found]:
    """Every recording of a text is there, and can say all of the text."""
    known = view.world.prompts
    for path, _, link in view.of(Text):
        for language, file in link.value.audio.items():
            where = f"{path}.{language}.audio" if language else f"{path}.audio"
            if known is not None and file not in known:
                hint = view.near(file, known, "the text is spoken instead; sound files belong in flows/prompts/")
                yield Found("F035", where, f"there is no recording '{file}'", hint)
            if link.value.by_language[language].names:
                message = f"the recording '{file}' can't say what is filled in here"
                yield Found("F035", where, message, "take out the {{ }} or the recording")
        if link.value.audio:
            for language in link.value.by_language.keys() - link.value.audio.keys():
                message = f"this text has recordings, but none in {language}"
                yield Found("F058", path, message, "a voice speaks it there; record it, or take the others out")


@check()
def flows(view: View) -> Iterator[Found]:
    """Every flow that is run is there."""
    known = view.world.flows
    for path, _, link in view.of(FlowName):
        if known is not None and link.value not in known:
            hint = view.near(link.value, known, "flows are files in flows/ and flows/library/")
            yield Found("F030", path, f"there is no flow '{link.value}'", hint)


@check()
def parameters(view: View) -> Iterator[Found]:
    """What is given is named at the top."""
    for path, _, link in view.of(Text, Condition):
        for value in link.value.names:
            if value.startswith(GIVEN) and value[len(GIVEN) :] not in view.flow.parameters:
                hint = "name it at the top of the file: `parameters: [...]`"
                yield Found("F036", path, f"this flow is not given '{value[len(GIVEN) :]}'", hint)
