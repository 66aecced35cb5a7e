"""`Accounts`: how many CPU seconds of the workers each visitor has had, and who is due."""

import math
import statistics
from collections.abc import Hashable, Set
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePolicy:
    """What visitors may have before others.

    Attributes:
        lead: CPU seconds that a visitor may be ahead of the one who had least, and still have a
            chunk wait at a busy worker, or be urgent.
        most_lead: CPU seconds that a visitor counts as ahead at most, before the last chunk:
            whoever had an idle worker for long need not make up for all of it.
        urgent_chunks, urgent_seconds: so many chunks of a visitor go before all others in so many
            seconds: after Train two do, what the initial weights give and the first steps.
        credit: so many CPU seconds of compiling a visitor may pay for later, as many in each
            chunk as that takes, or all at once where something else is to be compiled: else a
            newcomer among many would stand still after the first steps.
    """

    lead: float = 1.0
    most_lead: float = 4.0
    urgent_chunks: int = 2
    urgent_seconds: float = 3.0
    credit: float = 2.0


@dataclass(eq=False, slots=True)
class _Account:
    """What is known of a visitor: the CPU seconds, those still to pay for, and when the last urgent
    chunks were given."""

    seconds: float
    owed: float = 0.0
    urgent: list[float] = field(default_factory=list)


class Accounts:
    """The CPU seconds of all visitors, as start-time fair queueing counts them (Goyal, Vin and
    Cheng 1996): whoever comes, or comes back, joins those who are there at the least that one of
    them had. So a time away is no claim, and a debt stays.

    Times are of the monotonic clock, and are told: this reads none.
    """

    def __init__(self, policy: SharePolicy | None = None) -> None:
        self.policy = policy or SharePolicy()
        self._accounts: dict[Hashable, _Account] = {}
        self._least = 0.0  # what the one of those there had who had least
        self._mean = 0.0  # what those there had on average
        self._now = -math.inf

    def join(self, visitor: Hashable, now: float) -> None:
        """Note that a visitor asks for a chunk."""
        self._now = max(self._now, now)
        account = self._accounts.setdefault(visitor, _Account(self._least))
        account.seconds = max(account.seconds, self._least)

    def present(self, visitors: Set[Hashable]) -> None:
        """Note who is there, all of whom have joined: they have a chunk that waits or is trained.
        Whoever is not pays what they owe; where nothing has to be remembered, they are forgotten.
        """
        if visitors:
            had = [self._accounts[visitor].seconds for visitor in visitors]
            self._least = max(self._least, min(had))
            self._mean = statistics.fmean(had)
        for visitor, account in self._accounts.items():
            if visitor not in visitors:
                account.seconds, account.owed = account.seconds + account.owed, 0.0
        since = self._now - self.policy.urgent_seconds
        self._accounts = {
            visitor: account
            for visitor, account in self._accounts.items()
            if visitor in visitors
            or account.seconds > self._least
            or any(when > since for when in account.urgent)
        }

    def charge(self, visitor: Hashable, seconds: float, compiling: float = 0.0) -> None:
        """Count CPU seconds of a chunk, and beside them those of compiling."""
        account = self._accounts.get(visitor)
        if account is None:
            return
        if compiling:
            lent = 0.0 if account.owed else min(compiling, self.policy.credit)
            paid, account.owed = account.owed + compiling - lent, lent
        else:
            paid = min(account.owed, seconds)
            account.owed -= paid
        ahead = min(account.seconds, self._least + self.policy.most_lead)
        account.seconds = ahead + seconds + paid

    def seconds(self, visitor: Hashable) -> float:
        """What a visitor who has joined had: the less, the sooner the next chunk."""
        return self._accounts[visitor].seconds

    def is_ahead(self, visitor: Hashable) -> bool:
        """Whether others are due before this visitor."""
        return self.seconds(visitor) - self._least > self.policy.lead

    def seconds_behind(self, visitor: Hashable) -> float:
        """By how much this visitor had less than those there on average; negative for more."""
        return self._mean - self.seconds(visitor)

    def may_be_urgent(self, visitor: Hashable) -> bool:
        """Whether this visitor's next chunk may go before all others."""
        recent = self._accounts[visitor].urgent[-self.policy.urgent_chunks :]
        since = self._now - self.policy.urgent_seconds
        few = sum(when > since for when in recent) < self.policy.urgent_chunks
        return few and not self.is_ahead(visitor)

    def was_urgent(self, visitor: Hashable) -> None:
        """Note that a chunk of this visitor goes before all others."""
        urgent = self._accounts[visitor].urgent
        urgent[:] = [*urgent, self._now][-self.policy.urgent_chunks :]
