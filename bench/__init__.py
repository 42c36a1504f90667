"""Measurements. Never part of the test run: a busy machine must not fail a change."""
