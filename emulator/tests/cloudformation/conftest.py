from __future__ import annotations

from typing import Any

import pytest
from stacks import Stacks


@pytest.fixture
def stack(clients: Any) -> Stacks:
    return Stacks(clients.cloudformation)
