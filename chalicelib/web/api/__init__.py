"""The settings API's edge: JSON in, JSON out, problems as RFC 9457 says. Features' `admin` rooms stand behind it."""
