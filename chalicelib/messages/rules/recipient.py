"""Whom a message to a customer goes to, as sending knows them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer as their messages speak of them. `access`: whether the portal lets them in; `link_epoch` as in
    `customers.rules.Customer`. `phone` as it was typed, '' for none. `reached_at` says whether an address or a number
    is one of theirs; by itself all are."""

    id: str
    name: str
    first_name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    access: bool = True
    link_epoch: int = 0
    reached_at: Callable[[str], bool] = field(default=bool, compare=False)
