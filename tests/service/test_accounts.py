"""How the CPU seconds of visitors are counted."""

from sinae.service.accounts import Accounts, SharePolicy

POLICY = SharePolicy()


def accounts(**seconds: float) -> Accounts:
    """Visitors who are there, and had so many seconds."""
    made = Accounts()
    for visitor, had in seconds.items():
        made.join(visitor, 0.0)
        made.charge(visitor, had)
    made.present({*seconds})
    return made


def test_a_time_away_is_no_claim_and_a_debt_stays() -> None:
    made = accounts(there=20.0, gone=1.0, owing=23.0)
    made.present({"there"})
    assert made.seconds("owing") == 23.0
    made.join("gone", 1.0)
    made.join("new", 1.0)
    assert made.seconds("gone") == made.seconds("new") == made.seconds("there") == 20.0


def test_whoever_is_far_ahead_by_an_idle_worker_need_not_make_up_for_all_of_it() -> None:
    made = accounts(slow=1.0, fast=1.0)
    for _ in range(100):
        made.charge("fast", 0.5)
    assert made.seconds("fast") - made.seconds("slow") <= POLICY.most_lead + 0.5
    made.charge("fast", 30.0)  # but a chunk is counted as what it is
    assert made.seconds("fast") - made.seconds("slow") >= 30


def test_compiling_is_paid_for_later_or_when_something_else_is_compiled() -> None:
    made = accounts(one=0.0, other=0.0)
    made.charge("one", 0.5, compiling=POLICY.credit + 0.25)
    assert made.seconds("one") == 0.75
    made.charge("one", 0.5)
    assert made.seconds("one") == 1.75
    made.charge("one", 0.5, compiling=1.0)  # no credit before all is paid for
    assert made.seconds("one") == 1.75 + 0.5 + 1.0 + POLICY.credit - 0.5


def test_what_is_owed_is_paid_by_who_leaves() -> None:
    made = accounts(one=0.0, other=0.0)
    made.charge("one", 0.5, compiling=POLICY.credit)
    made.present({"other"})
    made.join("one", 0.0)
    assert made.seconds("one") == 0.5 + POLICY.credit


def test_nothing_is_kept_of_those_who_are_gone_and_owe_nothing() -> None:
    made = Accounts()
    for visitor in range(1000):
        made.join(visitor, now=float(visitor))
        made.charge(visitor, 0.1, compiling=1.0)
        made.was_urgent(visitor)
        made.present({visitor})
    assert len(made._accounts) < 100
    made.charge("nobody", 1.0)  # an answer for one who is forgotten
