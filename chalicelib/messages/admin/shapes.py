"""What the API says of messages: templates and their texts, previews, tests, addresses that get no more mail."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from chalicelib.messages.records.suppressions import Cause
from chalicelib.messages.rules import Channel
from chalicelib.messages.rules.template import HTML_MAX, SMS_MAX, SUBJECT_MAX, TEXT_MAX, Audience
from chalicelib.messages.writing.language import Place
from chalicelib.web.api.shapes import Id, Shape, Time

Language = Literal["en", "es"]
VariableType = Literal["text", "number", "money", "date", "moment", "flag", "list", "button", "stars", "link"]

Subject = Annotated[str, Meta(max_length=SUBJECT_MAX, description="One line, in Liquid.")]
Html = Annotated[
    str, Meta(max_length=HTML_MAX, description="The body as HTML, in Liquid: the layout is put around it.")
]
Plain = Annotated[str, Meta(max_length=TEXT_MAX, description="The body for readers without HTML, in Liquid.")]
SmsWords = Annotated[str, Meta(max_length=SMS_MAX, description="The SMS, in Liquid.")]


class EmailTexts(Shape):
    """What an e-mail says, in Liquid."""

    subject: Subject
    html: Html
    text: Plain


class SmsText(Shape):
    """What an SMS says, in Liquid."""

    text: SmsWords


class EmailSwitch(Shape):
    """Whether the e-mail is sent; `needed`: it can't be turned off. `own` are the languages in which the company has
    its own texts."""

    on: bool
    needed: bool
    own: list[Language]


class SmsSwitch(Shape):
    """Whether the SMS is sent; `own` as for the e-mail."""

    on: bool
    own: list[Language]


class TemplateRow(Shape):
    """A system template. `audience` says who reads it: customers, visitors of the contact form, the company itself, or
    its team; only what is `editable` can be changed."""

    name: str
    title: str
    words: str
    audience: Audience
    editable: bool
    email: EmailSwitch
    sms: SmsSwitch


class TemplateList(Shape):
    """All system templates, in the order of a customer's life."""

    items: list[TemplateRow]


class EmailView(Shape):
    """The texts of an e-mail as they are sent. `own`: they are the company's; `standard` are Porchlight's."""

    subject: str
    html: str
    text: str
    own: bool
    standard: EmailTexts


class SmsView(Shape):
    """The text of an SMS as it is sent. `own`: it is the company's; `standard` is Porchlight's."""

    text: str
    own: bool
    standard: SmsText


class TextsView(Shape):
    """A template's texts in one language."""

    email: EmailView
    sms: SmsView


class ItemVariable(Shape):
    """What each item of a list has: `line.amount` in `{% for line in invoice.lines %}`."""

    name: str
    type: VariableType
    words: str
    sample: str


class Variable(Shape):
    """A variable that the texts may use, as `{{ name }}`. `sample` is how one looks, `in` are the texts that may have
    it; `of` what the items of a list have."""

    name: str
    group: str
    type: VariableType
    words: str
    sample: str
    places: list[Place] = field(name="in")
    of: list[ItemVariable]


class TemplateView(TemplateRow):
    """A system template whole: `texts` by language, and what they may use. `version` counts the changes, and is the
    ETag."""

    texts: dict[str, TextsView]
    variables: list[Variable]
    filters: list[str]
    version: int


class TemplateChange(Shape):
    """Whether the template is sent as an e-mail, and as an SMS; what is left out stays as it is."""

    email: bool | UnsetType = UNSET
    sms: bool | UnsetType = UNSET


class EmailDraft(Shape):
    """Texts that are not saved; what is left out is as it is sent now."""

    subject: Subject | UnsetType = UNSET
    html: Html | UnsetType = UNSET
    text: Plain | UnsetType = UNSET


class SmsDraft(Shape):
    """A text that is not saved; left out, it is as it is sent now."""

    text: SmsWords | UnsetType = UNSET


class PreviewRequest(Shape):
    """What to show: the texts as they are sent now, or these drafts in their place; as `customer` would get it, or a
    made-up one."""

    language: Language
    email: EmailDraft = field(default_factory=EmailDraft)
    sms: SmsDraft = field(default_factory=SmsDraft)
    customer: Id | None = None


class EmailPreview(Shape):
    """An e-mail as it would be sent; its link leads to the portal's front door."""

    sender: str = field(name="from")
    to: str
    subject: str
    html: str
    text: str


class SmsPreview(Shape):
    """An SMS as it would be sent: `length` characters as its alphabet counts them, in `count` segments with `room` for
    so many each."""

    text: str
    alphabet: Literal["GSM-7", "Unicode"]
    length: int
    count: int
    room: int


class TextProblem(Shape):
    """What is wrong with a text, and where: lines and columns count from 1."""

    part: Place
    line: int
    column: int
    text: str


class PreviewView(Shape):
    """What would be sent; null where a text of it has a problem."""

    email: EmailPreview | None
    sms: SmsPreview | None
    problems: list[TextProblem]


class MessageTest(Shape):
    """An e-mail goes to whoever asks; an SMS goes to the number in `to`."""

    channel: Channel
    language: Language
    email: EmailDraft = field(default_factory=EmailDraft)
    sms: SmsDraft = field(default_factory=SmsDraft)
    to: Annotated[str, Meta(max_length=40, description="A phone number, for an SMS.")] = ""


class SuppressionView(Shape):
    """An address that gets no more mail. `detail` are the words of the mail system, `customer` whom the mail was for;
    null if it was for nobody of them."""

    id: str
    address: str
    cause: Cause
    detail: str
    at: Time
    customer: str | None


class SuppressionList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[SuppressionView]
    next: str | None
