"""Waiting in theory: the formulas of Erlang and Palm, for one group of equal agents in a steady state.

All three models have Poisson arrivals (`rate` a second), exponential service times (mean `service` seconds) and
`agents` who all answer everything, first come first served. They differ in what happens where nobody is free:

    Erlang B    the call is lost                                                      M/M/n/n
    Erlang C    it waits, however long it takes                                       M/M/n
    Erlang A    it waits until its patience (exponential, mean `patience`) runs out   M/M/n+M, by Palm

Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges" (1917); O. Garnett, A. Mandelbaum and M. Reiman, "Designing a call center with impatient customers",
Manufacturing & Service Operations Management 4 (2002); A. Mandelbaum and S. Zeltyn, "Service engineering in action:
the Palm/Erlang-A queue, with applications to call centers" (2007).
"""

import math
from dataclasses import dataclass

_ENOUGH = 1e-12
"""States rarer than this, relative to the likeliest, change no figure."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a model expects. Shares from 0 to 1, seconds.

    `waits`: calls that find nobody free. `abandons`: calls that give up. `wait`: the mean of all calls, those who give
    up with the time they waited; infinite where the line grows without end. `occupancy`: of the agents' time.
    """

    waits: float
    abandons: float
    wait: float
    occupancy: float

    @property
    def wait_of_queued(self) -> float:
        """The mean wait of the calls that find nobody free, seconds."""
        return self.wait / self.waits if self.waits else 0.0


def erlang_b(load: float, agents: int) -> float:
    """The share of calls lost. `load` is the rate times the mean service time (erlang).

    By the recursion B(0) = 1, B(n) = load B(n-1) / (n + load B(n-1)). Raises ValueError for what can't be.
    """
    if load < 0 or agents < 0:
        raise ValueError(f"no such group: {agents} agents, {load} erlang")
    lost = 1.0
    for n in range(1, agents + 1):
        lost = load * lost / (n + load * lost)
    return lost


def erlang_c(rate: float, service: float, agents: int) -> Expected:
    """Nobody gives up. C = n B / (n - load (1 - B)), mean wait C service / (n - load). Raises ValueError."""
    _possible(rate, service, agents)
    load = rate * service
    if agents <= load:
        return Expected(waits=1.0, abandons=0.0, wait=math.inf, occupancy=1.0)
    lost = erlang_b(load, agents)
    waits = agents * lost / (agents - load * (1 - lost))
    return Expected(waits, 0.0, waits * service / (agents - load), load / agents)


def erlang_a(rate: float, service: float, patience: float, agents: int) -> Expected:
    """Callers give up. With no agents everybody does, after `patience`. Raises ValueError.

    The number of calls there is a birth and death process: born at `rate`, in state k leaving at
    min(k, n) / service + max(0, k - n) / patience. From its steady state Q, the mean number waiting, follow the wait
    Q / rate (Little) and the share who give up Q / (patience rate).
    """
    _possible(rate, service, agents)
    if patience <= 0:
        raise ValueError(f"a mean patience of {patience} s isn't above 0")
    if rate == 0:
        return Expected(0.0, 0.0, 0.0, 0.0)
    shares = _steady(rate, service, patience, agents)
    waiting = sum((k - agents) * share for k, share in shares.items() if k > agents)
    busy = sum(min(k, agents) * share for k, share in shares.items())
    return Expected(
        waits=sum(share for k, share in shares.items() if k >= agents),
        abandons=waiting / (patience * rate),
        wait=waiting / rate,
        occupancy=busy / agents if agents else 0.0,
    )


def _steady(rate: float, service: float, patience: float, agents: int) -> dict[int, float]:
    """The share of time spent with k calls there, from the likeliest k outwards, so that nothing overflows."""

    def leaving(k: int) -> float:
        return min(k, agents) / service + max(0, k - agents) / patience

    likeliest = 0
    while leaving(likeliest + 1) < rate:
        likeliest += 1
    shares = {likeliest: 1.0}
    k, share = likeliest, 1.0
    while share > _ENOUGH:
        k += 1
        share *= rate / leaving(k)
        shares[k] = share
    k, share = likeliest, 1.0
    while k > 0 and share > _ENOUGH:
        share *= leaving(k) / rate
        k -= 1
        shares[k] = share
    whole = sum(shares.values())
    return {k: share / whole for k, share in shares.items()}


def _possible(rate: float, service: float, agents: int) -> None:
    if rate < 0 or service <= 0 or agents < 0:
        raise ValueError(f"no such group: {rate} calls a second of {service} s, {agents} agents")
