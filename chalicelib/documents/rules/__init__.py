"""What a document is, which files may be one, and what is new to a customer. Pure."""

from chalicelib.documents.rules.document import CATEGORIES, EVERYONE, Category, Document

__all__ = ["CATEGORIES", "EVERYONE", "Category", "Document"]
