"""Text messages: sent, delivered a moment later, their callbacks (contract 4.6). Nobody reads them but tests and the
phones.
"""

import builtins
from typing import TYPE_CHECKING

from exchange.errors import ExchangeError, not_found
from exchange.orders import SendMessage
from exchange.records import Hook, Message

if TYPE_CHECKING:
    from exchange.switch import Switch

_LONGEST = 1600
_STEPS = (("sent", 0.3), ("delivered", 0.7))
_SHORTEST_NUMBER = 4


class Messages:
    """`switch.messages`. Recipients in `opted_out` are refused with 21610."""

    def __init__(self, switch: "Switch") -> None:
        self.switch = switch
        self.all: dict[str, Message] = {}
        self.opted_out: set[str] = set()

    def send(self, order: SendMessage) -> Message:
        """Queue a message. 21211 bad number, 21602 no body, 21617 too long, 21610 opted out."""
        digits = order.to_number.removeprefix("+")
        if not digits.isdecimal() or len(digits) < _SHORTEST_NUMBER:
            raise ExchangeError(21211, f"The 'To' number {order.to_number} is not a valid phone number.")
        if not order.body:
            raise ExchangeError(21602, "Message body is required.")
        if len(order.body) > _LONGEST:
            raise ExchangeError(21617, "The concatenated message body exceeds the 1600 character limit.")
        if order.to_number in self.opted_out:
            raise ExchangeError(21610, "Attempt to send to unsubscribed recipient")
        now = self.switch.clock.now()
        message = Message(
            self.switch.ids.message(), self.switch.account_sid, order.from_number, order.to_number, order.body,
            date_created=now, date_updated=now, status_hook=order.status,
        )  # fmt: skip
        self.all[message.sid] = message
        self.switch.desk.spawn(self._deliver(message), f"message {message.sid}")
        return message

    async def _deliver(self, message: Message) -> None:
        for status, seconds in _STEPS:
            await self.switch.clock.sleep(seconds)
            message.status = status
            message.date_updated = self.switch.clock.now()
            if status == "sent":
                message.date_sent = message.date_updated
            self._notify(message)

    def _notify(self, message: Message) -> None:
        if message.status_hook is None:
            return
        form = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "AccountSid": message.account_sid,
            "MessageStatus": message.status,
            "SmsStatus": message.status,
            "From": message.from_number,
            "To": message.to_number,
            "ApiVersion": "2010-04-01",
        }
        self.switch.desk.notify(Hook(message.status_hook.url, message.status_hook.method), form, "message")

    def get(self, sid: str) -> Message:
        """20404 where unknown."""
        message = self.all.get(sid)
        if message is None:
            raise not_found(f"/Messages/{sid}")
        return message

    def list(self) -> "builtins.list[Message]":
        """Newest first."""
        return builtins.list(self.all.values())[::-1]
