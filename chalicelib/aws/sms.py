"""SNS: send one SMS. Knows numbers and their form, not what a message is about."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from chalicelib.aws.clients import client
from chalicelib.aws.mail import Refused
from chalicelib.errors import Unreachable

log = logging.getLogger(__name__)

# Of SNS's errors (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html) those that this one SMS is to blame for.
_THIS_ONE = frozenset({"InvalidParameter", "ParameterValueInvalid", "ValidationException"})
_OPTED_OUT = frozenset({"OptedOut", "OptedOutException"})


class Stopped(Refused):
    """The owner of this number has told AWS that they want no more."""


@dataclass(frozen=True)
class SnsSms:
    region: str
    endpoint: str = ""

    @cached_property
    def _client(self) -> Any:
        return client("sns", self.region, self.endpoint, attempts=1)

    def send(self, number: str, text: str) -> str:
        """Hand it to SNS; the id SNS gives it. `number` is as `number()` gives it. What an SMS may cost is decided in
        the account. Unreachable: try again later. Refused: don't."""
        kind = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        try:
            answer = self._client.publish(PhoneNumber=number, Message=text, MessageAttributes=kind)
        except ClientError as error:
            code, words = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            if code in _OPTED_OUT or "opted out" in words.lower():
                raise Stopped("This number answered STOP to our text messages.") from error
            if code in _THIS_ONE:
                raise Refused(f"The text message service refused it: {words}") from error
            log.warning("SNS takes no SMS: %s: %s", code, words)
            raise Unreachable() from error
        except (BotoCoreError, ResponseParserError) as error:
            log.warning("SNS did not answer: %s", error)
            raise Unreachable() from error
        return str(answer["MessageId"])


def at_home(number: str, locale: str) -> bool:
    """Whether a number as SNS wants it is of the country of `locale`, or of one that shares its code: the US's and
    Canada's are called like each other's."""
    import phonenumbers

    return bool(phonenumbers.parse(number).country_code == phonenumbers.country_code_for_region(_country(locale)))


def number(phone: str, locale: str) -> str:
    """A phone number as SNS wants it: '+13035550142'. `phone` is as it was typed, of the country of `locale` where it
    names none. '' if it is none that takes SMS: no number at all, a landline as far as that can be told, or one that
    costs its callers more."""
    import phonenumbers
    from phonenumbers import PhoneNumberType as Kind

    try:
        parsed = phonenumbers.parse(phone, _country(locale))
    except phonenumbers.NumberParseException:
        return ""
    takes = (Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.VOIP)
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in takes:
        return ""
    if parsed.extension:  # behind a number that is somebody else's too
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _country(locale: str) -> str:
    """'US' of 'en-US'."""
    return locale.replace("_", "-").rpartition("-")[2].upper()
