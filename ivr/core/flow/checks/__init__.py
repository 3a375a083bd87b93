"""The checks of a whole flow, one idea a file, registered where they are defined.

To add one: a file here, a code, its page, a bad file.
"""

from ivr.core.flow.checks import (
    answers as answers,
)
from ivr.core.flow.checks import (
    conditions as conditions,
)
from ivr.core.flow.checks import (
    ends as ends,
)
from ivr.core.flow.checks import (
    known as known,
)
from ivr.core.flow.checks import (
    languages as languages,
)
from ivr.core.flow.checks import (
    length as length,
)
from ivr.core.flow.checks import (
    menus as menus,
)
from ivr.core.flow.checks import (
    people as people,
)
from ivr.core.flow.checks import (
    reach as reach,
)
from ivr.core.flow.checks import (
    references as references,
)
from ivr.core.flow.checks import (
    rounds as rounds,
)
from ivr.core.flow.checks import (
    skills as skills,
)
from ivr.core.flow.checks import (
    steps as steps,
)
from ivr.core.flow.checks import (
    waits as waits,
)
