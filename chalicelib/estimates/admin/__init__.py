"""The API of estimates."""
