"""A centre, and a house with a flow of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.routing.conftest import Centre
from tests.web.house import House


@pytest.fixture
def centre(redis_url: str) -> Iterator[Centre]:
    """Lines, agents and phones, without a flow."""
    made = Centre(redis_url)
    yield made
    made.client.close()


@pytest.fixture
def house_of(redis_url: str, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes a whole application that answers by a flow and its queues."""
    made: list[House] = []

    def build(flow: str, queues: str) -> House:
        flows = tmp_path / "flows"
        flows.mkdir()
        (flows / "house.yaml").write_text(flow)
        (flows / "lines.yaml").write_text(
            'lines:\n  mairie: {number: "+33199001000", flow: house, language: fr-FR, title: Mairie}\n'
        )
        (flows / "queues.yaml").write_text(queues)
        # The verbs tell the time, so that a test may stand before or after it.
        made.append(House(redis_url, tmp_path, hotline_flows=str(flows), hotline_clock="1@0=0"))
        return made[-1]

    yield build
    for house in made:
        house.close()
