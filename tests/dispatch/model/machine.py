"""Whatever may happen to orders, in any order and more than once, as hypothesis chooses it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.answers import receive_message
from dispatch.assigning import assign_order, offer_again, take_back
from dispatch.changing import Change, change_order
from dispatch.follow_ups.recording import record_follow_up
from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain, MessageRejected
from dispatch.outbound.attempts import end_attempt
from dispatch.placing import cancel_order, place_order
from dispatch.progress import act, follow
from dispatch.reading import DIGITS, Verb
from dispatch.receipts import record_receipt
from models.follow_ups import OrderFollowUp
from models.messages import MessageStatus
from models.orders import IllegalTransition, Offer, Order
from models.outbound_calls import OutboundAttempt, OutboundResult
from tests.dispatch.facts import TOMORROW_AT_NINE
from tests.dispatch.model.rules import Memory, unsettled
from tests.dispatch.model.world import NUMBERS, World

ORDERS_AT_MOST = 3
ROUNDS_AT_MOST = 100
DEATHS = st.sampled_from(
    [
        *[""] * 8,
        *["nudge"] * 2,
        "gateway before",
        "gateway after",
        *[f"statement {count}" for count in (0, 3, 5, 7, 9, 11, 13, 16, 20)],
    ]
)
PICK = st.integers(0, 30)
VERB_DIGITS = {verb: digit for digit, verb in DIGITS.items()} | {Verb.ON_THE_WAY: "出发"}
VERBS = st.sampled_from([Verb.ACCEPT] * 3 + [Verb.REFUSE] * 2 + [Verb.ON_THE_WAY, Verb.ARRIVED, Verb.COMPLETED, Verb.COMPLETED])


class OrdersMachine(RuleBasedStateMachine):
    """Orders, their offers and messages, by the real code; `make_world` gives each run an empty one."""

    make_world: "staticmethod[[], World]"

    @initialize()
    def begin(self) -> None:
        self.world = self.make_world()
        self.memory = Memory()
        self.refs = 0
        self.place(urgent=False, tomorrow=True, death="")

    @rule(urgent=st.booleans(), tomorrow=st.booleans(), death=DEATHS)
    def place(self, urgent: bool, tomorrow: bool, death: str) -> None:
        """An order is placed."""
        community, now = self.world.community, self.world.clock()
        if len(self._ids(Order)) >= ORDERS_AT_MOST:
            return
        begins = max(TOMORROW_AT_NINE, now + timedelta(hours=12)) if tomorrow else now + timedelta(hours=1)
        service_id = community.urgent_id if urgent else community.repair_id
        request = community.request(service_id=service_id, starts_at=begins, ends_at=begins + timedelta(hours=2))
        self.world.do(lambda session: place_order(session, self.world.queue, request, now), death)

    @precondition(lambda self: self.world.queue.jobs)
    @rule(pick=PICK, death=DEATHS, again=st.booleans())
    def work(self, pick: int, death: str, again: bool) -> None:
        """A worker takes a job, whatever its time; perhaps it is run once more later."""
        jobs = self.world.queue.jobs
        job, subject_id, _ = jobs[pick % len(jobs)] if again else jobs.pop(pick % len(jobs))
        self.world.run(job, subject_id, death)

    @precondition(lambda self: self.world.queue.jobs)
    @rule()
    def work_off(self) -> None:
        """The workers do whatever is due."""
        self._work_off()

    @precondition(lambda self: self.world.queue.jobs)
    @rule()
    def flush(self) -> None:
        """The queue forgets everything."""
        self.world.queue.jobs.clear()

    @rule(who=st.integers(0, len(NUMBERS) - 1), pick=PICK, verb=VERBS, code=st.booleans(), twice=st.booleans(), death=DEATHS)
    def answer_by_sms(self, who: int, pick: int, verb: Verb, code: bool, twice: bool, death: str) -> None:
        """A provider answers by SMS, which may come twice."""
        order_ids = self._ids(Order)
        if not order_ids:
            return
        with self.world.sessions() as session:
            order_code = session.get_one(Order, order_ids[pick % len(order_ids)]).code
        self.refs += 1
        body, ref = VERB_DIGITS[verb] + (f" {order_code}" if code else ""), f"in-{self.refs}"
        facts = {"number": NUMBERS[who], "body": body, "gateway_ref": ref, "now": self.world.clock()}

        def come(session: Session) -> None:
            receive_message(session, self.world.queue, self.world.settings, **facts)  # type: ignore[arg-type]

        self.world.do(come, death)
        if twice:
            self.world.do(come)

    @rule(pick=PICK, verb=VERBS, spoken=st.booleans(), death=DEATHS)
    def answer_otherwise(self, pick: int, verb: Verb, spoken: bool, death: str) -> None:
        """A provider answers on their page or by telephone."""
        offer_ids = self._ids(Offer)
        if not offer_ids:
            return
        world, now = self.world, self.world.clock()

        def say(session: Session) -> None:
            reply = act(session, world.settings, offer_ids[pick % len(offer_ids)], verb, now, because="忙", in_writing=spoken)
            session.commit()
            follow(world.queue, reply, now)

        world.do(say, death)

    @rule(
        pick=PICK,
        who=st.integers(0, 3),
        deed=st.sampled_from(["cancel", "assign", "assign", "take_back", "offer_again"]),
        death=DEATHS,
    )
    def act_by_hand(self, pick: int, who: int, deed: str, death: str) -> None:
        """A person cancels, gives the order to somebody, takes it back, or has it offered again."""
        order_ids = self._ids(Order)
        if not order_ids:
            return
        world, now, order_id = self.world, self.world.clock(), order_ids[pick % len(order_ids)]

        def by_hand(session: Session) -> None:
            try:
                if deed == "cancel":
                    cancel_order(session, world.queue, order_id, "operator", now, tell=world.settings)
                elif deed == "assign":
                    chosen = {"provider_id": world.providers[who], "by": "operator", "now": now}
                    assign_order(session, world.queue, world.settings, order_id, **chosen)  # type: ignore[arg-type]
                else:
                    {"take_back": take_back, "offer_again": offer_again}[deed](session, world.queue, order_id, "operator", now)
            except IllegalTransition:
                session.rollback()

        world.do(by_hand, death)

    @rule(pick=PICK, hours=st.sampled_from([0, 1, 1]), death=DEATHS)
    def change(self, pick: int, hours: int, death: str) -> None:
        """A person changes an order's time and note, or its note alone."""
        order_ids = self._ids(Order)
        if not order_ids:
            return
        world, order_id, later = self.world, order_ids[pick % len(order_ids)], timedelta(hours=hours)
        self.refs += 1

        def by_hand(session: Session) -> None:
            was = Change.of(session.get_one(Order, order_id))
            change = replace(was, starts_at=was.starts_at + later, ends_at=was.ends_at + later, note=f"备注{self.refs}")
            session.rollback()
            about = {"change": change, "now": world.clock(), "operator": "chen"}
            try:
                change_order(session, world.queue, world.settings, order_id, **about)  # type: ignore[arg-type]
            except (IllegalTransition, ValueError):
                session.rollback()

        world.do(by_hand, death)

    @rule(pick=PICK, was_done=st.booleans(), death=DEATHS)
    def follow_up(self, pick: int, was_done: bool, death: str) -> None:
        """The resident says how it was."""
        ids = self._ids(OrderFollowUp)
        if not ids:
            return
        world, follow_up_id = self.world, ids[pick % len(ids)]
        said = {"was_done": was_done, "score": 4 if was_done else None, "words": "", "call_id": None, "by": "resident"}

        def tell(session: Session) -> None:
            record_follow_up(session, world.queue, follow_up_id, now=world.clock(), **said)  # type: ignore[arg-type]

        world.do(tell, death)

    @rule(pick=PICK, status=st.sampled_from([MessageStatus.DELIVERED, MessageStatus.FAILED]), death=DEATHS)
    def receipt(self, pick: int, status: MessageStatus, death: str) -> None:
        """A gateway tells what became of an SMS, early, late or twice."""
        world = self.world
        ref = f"fake-{pick % (len(world.gateway.sent) + 2)}"
        world.do(lambda session: record_receipt(session, world.queue, "demo", ref, status, now=world.clock()), death)

    @rule(pick=PICK, result=st.sampled_from(list(OutboundResult)), death=DEATHS)
    def call_ends(self, pick: int, result: OutboundResult, death: str) -> None:
        """Asterisk tells what came of ringing somebody, perhaps again."""
        world, ids = self.world, self._ids(OutboundAttempt)
        if ids:
            about = {"result": result, "now": world.clock()}
            attempt_id = ids[pick % len(ids)]
            world.do(lambda _: end_attempt(world.sessions, world.queue, world.settings, attempt_id, **about), death)  # type: ignore[arg-type]

    @rule(fault=st.sampled_from([GatewayUnavailable("down"), GatewayUncertain("no answer"), MessageRejected("no such number")]))
    def gateway_fails(self, fault: Exception) -> None:
        """The gateway will fail once."""
        self.world.gateway.faults.append(fault)

    @rule(seconds=st.sampled_from([1, 10, 61, 61, 301, 301, 700, 3600, 30_000]))
    def wait(self, seconds: int) -> None:
        """Time goes by."""
        self.world.clock.advance(seconds)

    @rule()
    def sweep(self) -> None:
        """The sweep comes round."""
        self.world.sweep()

    @invariant()
    def all_is_well(self) -> None:
        if hasattr(self, "world"):
            self.memory.check(self.world)

    def teardown(self) -> None:
        """When time goes by and the sweep comes round, everything ends, or waits for a person."""
        if not hasattr(self, "world"):
            return
        self.world.gateway.faults.clear()
        self.world.queue.jobs.clear()
        for _ in range(ROUNDS_AT_MOST):
            left = unsettled(self.world)
            if not left:
                break
            self.world.clock.advance(61)
            overdue_at = min((step.until for _, step in left if step.until), default=self.world.clock())
            self.world.clock.now = max(self.world.clock(), overdue_at)
            self.world.sweep()
            self._work_off()
            self.memory.check(self.world)
        assert unsettled(self.world) == []

    def _work_off(self) -> None:
        """Run what is due; what a job asks for may be due too."""
        world = self.world
        for _ in range(50):
            due = next((entry for entry in world.queue.jobs if entry[2] <= world.clock()), None)
            if due is None:
                return
            world.queue.jobs.remove(due)
            world.run(due[0], due[1])

    def _ids(self, kind: type[Order] | type[Offer] | type[OrderFollowUp] | type[OutboundAttempt]) -> list[int]:
        with self.world.sessions() as session:
            return list(session.scalars(select(kind.id).order_by(kind.id)))
