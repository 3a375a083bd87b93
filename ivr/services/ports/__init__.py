"""What the product's verbs need of the outside, as Protocols: one file a port.

Adapters in `ivr.carrier`, `ivr.store` and `ivr.flowfile` fulfil them; `ivr/wiring.py` puts them together. Each port has
one contract suite, run against the fake and the real thing. The lines have `services/lines_port.py`.
"""

from ivr.services.ports.carrier import Carrier, CarrierError, Leg, OpenRoom, Rooms
from ivr.services.ports.documents import Documents
from ivr.services.ports.flows import Flows, Line
from ivr.services.ports.history import Act, Audit, CallRecord, History, HistoryDown, Moment
from ivr.services.ports.live import Behind, Jobs, Live, Meter, Repeated, Saved, SessionStore, StoreDown
from ivr.services.ports.people import Account, Accounts, AgentProfile, Agents, AgentSkills, Role
from ivr.services.ports.shelf import FileChanged, Shelf, Version

__all__ = [
    "Account",
    "Accounts",
    "Act",
    "AgentProfile",
    "AgentSkills",
    "Agents",
    "Audit",
    "Behind",
    "CallRecord",
    "Carrier",
    "CarrierError",
    "Documents",
    "FileChanged",
    "Flows",
    "History",
    "HistoryDown",
    "Jobs",
    "Leg",
    "Line",
    "Live",
    "Meter",
    "Moment",
    "OpenRoom",
    "Repeated",
    "Role",
    "Rooms",
    "Saved",
    "SessionStore",
    "Shelf",
    "StoreDown",
    "Version",
]
