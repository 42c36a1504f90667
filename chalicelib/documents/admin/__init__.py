"""The API of documents."""
