"""The message centre: takes messages from bound systems, carries them to phones, and back."""

import asyncio
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from senim_sandbox.clock import Clock
from senim_sandbox.faults import Faults, Mode
from senim_sandbox.sms import alphabets, receipts, times
from senim_sandbox.sms.pdu import BadPdu, Bind, Deliver, Status, Submit
from senim_sandbox.sms.phones import Message, Phone, Phones, e164, is_mobile
from senim_sandbox.sms.receipts import MessageState
from senim_sandbox.sms.segments import Assembly
from senim_sandbox.tasks import Tasks

LARGEST_QUEUE = 10_000
INTERNATIONAL = 1
LONGEST_TEXT = 1000
REFUSALS = {Mode.THROTTLED: Status.ESME_RTHROTTLED, Mode.REFUSED: Status.ESME_RINVSRCADR}
_SHORT_NUMBER = re.compile(r"\+?[0-9]{2,15}")


@dataclass(frozen=True)
class Provider:
    """Whose centre it is: the name of its faults, and what Senim binds with."""

    service: str
    system_id: str
    password: Callable[[], str]


class Centre:
    """Sessions ask it; it knows no socket. ``waiting`` is what a bound receiver still has to be given."""

    def __init__(self, provider: Provider, faults: Faults, phones: Phones, clock: Clock) -> None:
        self._provider, self._faults, self._phones = provider, faults, phones
        self._clock = clock
        self.waiting: asyncio.Queue[Deliver] = asyncio.Queue(LARGEST_QUEUE)
        self._assembly = Assembly()
        self._ids: Callable[[], int] = count(int(time.time()) << 16).__next__
        self._tasks = Tasks()

    @property
    def mode(self) -> Mode:
        """What is wrong with it now."""
        return self._faults.of(self._provider.service).mode

    def admit(self, bind: Bind) -> None:
        """Raises BadPdu with the reason of §5.1.3."""
        if not hmac.compare_digest(bind.system_id, self._provider.system_id):
            raise BadPdu(Status.ESME_RINVSYSID)
        if not hmac.compare_digest(bind.password, self._provider.password()):
            raise BadPdu(Status.ESME_RINVPASWD)

    async def accept(self, submit: Submit) -> str:
        """Take a message and answer its id; carrying it goes on afterwards. Raises BadPdu."""
        if refusal := REFUSALS.get(await self._faults.endure(self._provider.service)):
            raise BadPdu(refusal)
        phone, now = self._phone_for(submit), self._clock.now()
        expires = times.expiry(submit.validity, now)
        content = self._assembly.add(submit)
        message_id = self._next_id()
        message = None
        if content is not None:
            text = alphabets.decode(content, submit.data_coding)
            message = Message(message_id, submit.source, text, now)
        self._tasks.start(self._carry(submit, message_id, message, phone, expires))
        return message_id

    def write(self, *, source: str, destination: str, text: str) -> None:
        """A person writes from a phone. Raises ValueError and QueueFull."""
        if not (_SHORT_NUMBER.fullmatch(destination) and 0 < len(text.strip()) <= LONGEST_TEXT):
            raise ValueError("a number and a text are needed")
        coding, content = alphabets.encode(text)
        for _ in range(self._faults.copies(self._provider.service)):
            self._give(Deliver(source.lstrip("+"), destination, content, coding))
        message = Message(self._next_id(), destination, text, self._clock.now(), direction="out")
        self._phones.phone(source).keep(message)

    def clear(self) -> None:
        self._tasks.cancel()
        self._assembly.clear()
        while not self.waiting.empty():
            self.waiting.get_nowait()

    async def close(self) -> None:
        await self._tasks.close()

    def _phone_for(self, submit: Submit) -> Phone:
        if submit.schedule:
            raise BadPdu(Status.ESME_RINVSCHED)  # messages wait for nothing here
        number = e164(submit.destination)
        if submit.destination_ton != INTERNATIONAL or not is_mobile(number):
            raise BadPdu(Status.ESME_RINVDSTADR)
        return self._phones.phone(number)

    async def _carry(
        self, submit: Submit, message_id: str, message: Message | None, phone: Phone, expires: datetime
    ) -> None:
        submitted = self._clock.now()
        await self._faults.delay(self._provider.service)
        state, copies = await self._reach(phone, expires), self._faults.copies(self._provider.service)
        if state is MessageState.DELIVERED and message is not None:
            for _ in range(copies):
                phone.keep(message)
        if self.mode is not Mode.LOST and receipts.is_wanted(submit.registered_delivery, state):
            receipt = receipts.receipt(
                submit, message_id=message_id, state=state, submitted=submitted, done=self._clock.now()
            )
            for _ in range(copies):
                self._give(receipt)

    async def _reach(self, phone: Phone, expires: datetime) -> MessageState:
        """Wait until the phone is on; a message past its validity is dropped."""
        too_late = asyncio.create_task(self._clock.wait_until(expires))
        on = asyncio.create_task(phone.on.wait())
        try:
            await asyncio.wait({too_late, on}, return_when=asyncio.FIRST_COMPLETED)
            return MessageState.EXPIRED if self._clock.now() >= expires else MessageState.DELIVERED
        finally:
            too_late.cancel()
            on.cancel()

    def _give(self, deliver: Deliver) -> None:
        self.waiting.put_nowait(deliver)

    def _next_id(self) -> str:
        """Never one that an earlier run gave: a sender may still wait for that one's receipt."""
        return f"{self._ids():012X}"
