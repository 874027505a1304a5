"""Connect a subscriber number at the counter of the State Corporation: order 58 as amended in 2019 (P19-*).

For workers of the State Corporation, and for the citizen at a pad. A rule of 2019, superseded in 2024: it is
followed on the days the rulebook says, or where an instance demonstrates it.

* ``workers``: who is one; ``applications``: look somebody up, open an application; ``steps``: the signed
  form, a code that cannot be entered, a reasoned refusal; ``hands``: whose application it is;
* ``pad``: the citizen's own page, on any device: the code goes there and nowhere else;
* ``confirming``, ``second``: the worker's own signature, and a colleague's where one is not enough;
* ``work``, ``papers``: what the desk lists, shows and prints.

The code is made and judged in the portal's process. The desk's process has neither the secret of codes nor a
right on their table, so that no page of a worker's could show one.
"""

from typing import NewType
from uuid import UUID

CounterApplicationId = NewType("CounterApplicationId", UUID)
RULE = "subscriber_number_at_counter"

__all__ = ["RULE", "CounterApplicationId"]
