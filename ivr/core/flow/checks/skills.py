"""What a step asks of agents fits its line, and somebody has it."""

from collections.abc import Iterator, Mapping

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.fields import QueueName
from ivr.core.flow.registry import Found
from ivr.core.flow.steps.queue import QueueStep
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.coverage import coverage, in_words, skills_of
from ivr.core.routing.skills import Level, SkillProblem


@check()
def asked(view: View) -> Iterator[Found]:
    """Skills and levels of each step that leads to a line."""
    for path, step, link in view.of(QueueName):
        queue = (view.world.rules or {}).get(link.value)
        wanted = getattr(step, "skills", None)
        if queue is not None and wanted:
            yield from _skills(view, f"{path.rpartition('.')[0]}.skills", wanted, queue)


@check()
def preferred(view: View) -> Iterator[Found]:
    """Agents who are preferred are so for some time."""
    for path, step, link in view.of(QueueName):
        queue = (view.world.rules or {}).get(link.value)
        timeless = isinstance(step, QueueStep) and step.prefer and step.prefer_for is None
        if timeless and queue is not None and not queue.prefer_seconds:
            hint = "give `prefer_for: 20 s` here, or `prefer: 20 s` in queues.yaml"
            message = f"nobody is preferred in '{queue.name}': neither the step nor the queue says for how long"
            yield Found("F080", f"{path.rpartition('.')[0]}.prefer", message, hint)


def _skills(view: View, path: str, wanted: Mapping[str, Level], queue: QueueDefinition) -> Iterator[Found]:
    try:
        rings = coverage([queue.skills, wanted], queue.rings, view.world.roster or {})
    except SkillProblem as problem:
        yield Found("F011", path, f"with what queue '{queue.name}' asks for: {problem}")
        return
    if not view.world.roster:
        return
    known = skills_of(view.world.roster)
    lacking = [skill for skill in wanted if skill not in known]
    for skill in lacking:
        hint = view.near(skill, known, "skills are given to agents by `hotline agents skill`")
        yield Found("F075", f"{path}.{skill}", f"no agent of agents.yaml has the skill '{skill}'", hint)
    if not lacking and not rings[-1].agents:
        message = f"no agent of agents.yaml can answer here: nobody has {in_words(rings[-1].wanted)}"
        yield Found("F075", path, message, "`hotline flows lines` shows who may answer what")
