"""Rows: the only place that spells these keys."""

from chalicelib.documents.records.documents import (
    Read,
    below,
    document,
    document_key,
    edit_document,
    external_key,
    listed,
    new_document,
    position,
    remove_document,
    to_document,
    to_owner,
)
from chalicelib.documents.records.tellings import move_telling, new_telling, telling_key, to_telling

__all__ = [
    "Read",
    "below",
    "document",
    "document_key",
    "edit_document",
    "external_key",
    "listed",
    "move_telling",
    "new_document",
    "new_telling",
    "position",
    "remove_document",
    "telling_key",
    "to_document",
    "to_owner",
    "to_telling",
]
