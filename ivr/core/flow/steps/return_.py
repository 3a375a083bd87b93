"""The return step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.fields import Name
from ivr.core.flow.outcomes import Outcome, Returns
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text, speakable


@step("return", main="result")
@dataclass(frozen=True, slots=True)
class ReturnStep(Step):
    """Ends a flow that another runs, with a word for which way to go on there, and what was found.

    In a flow that a line answers by itself it says goodbye and ends the call.

    ```yaml
    file-known:
      return: found
      value: "{{ answers.file }}"
    ```
    """

    result: Name
    value: Text | None = None

    texts_are = "kept"

    @property
    def ends(self) -> bool:
        """Always."""
        return True

    def enter(self, context: Context) -> Outcome:
        """Back to the flow that ran this one."""
        return Returns(self.result, speakable(context.render(self.value)) if self.value is not None else "")
