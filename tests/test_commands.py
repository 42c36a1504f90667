"""The commands as somebody types them: make's help, a port in use, Ctrl-C, a company for a running sandbox."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra import tenant
from sandbox.ports import Ports
from sandbox.serve import PortInUse, check_free

ROOT = Path(__file__).parents[1]
RUN = [sys.executable, "-m", "sandbox"]
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=30, check=False
    )


def free_family() -> int:
    """A first port whose whole family is free."""
    while True:
        first = random.randrange(12_000, 21_000)
        try:
            check_free(Ports.family(first).all)
        except PortInUse:
            continue
        return first


@needs_make
def test_make_alone_prints_every_target_with_a_line() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)
    assert phony
    done = run("make", "--silent")
    assert done.returncode == 0
    printed = dict(re.findall(r"^  make (\S+) +(\S.*)$", done.stdout, re.M))
    assert printed.keys() == set(phony[1].split())
    wanted = "help run test check bench package tenant connect lock format locales clean"
    assert set(wanted.split()) <= printed.keys()


@needs_make
@pytest.mark.parametrize("asked", [("secrets",), ("secrets", "ROTATE=signing-now"), ("deploy",)])
def test_whose_secrets_and_whose_stack_is_never_guessed(asked: tuple[str, ...]) -> None:
    """A command that was meant for another stage would sign everybody out of prod."""
    done = run("make", "--silent", *asked, STAGE="")
    assert done.returncode != 0
    assert f"make {asked[0]} STAGE=prod" in done.stderr
    told = run("make", "--silent", *asked, "STAGE=nowhere")
    assert "infra/stages/nowhere.toml" in told.stderr


@needs_make
def test_an_old_python_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).touch()
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = run("make", "-C", str(tmp_path), "run", f"PYTHON={old}")
    assert done.returncode != 0
    assert "Porchlight needs Python 3.11 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_port_in_use_is_one_clear_line_before_anything_starts() -> None:
    first = free_family()
    with socket.socket() as other:
        other.bind(("127.0.0.1", first + 25))
        other.listen()
        done = run(*RUN, PORT=str(first))
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert f"Port {first + 25} is in use" in line
    assert "PORT=9000 make run" in line


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "PORT=9000 make run"),
        ("PORT", "80", "from 1024"),
        ("PREFIX", "api", "PREFIX=/api make run"),
        ("PREFIX", "/a/b", "PREFIX=/api make run"),
        ("STRIPE_SECRET_KEY", "sk_live_1", "never touches real money"),
    ],
)
def test_what_can_not_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, words: str
) -> None:
    from sandbox import __main__ as command

    monkeypatch.setenv(name, value)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert command.main() == 1
    finally:
        signal.signal(signal.SIGTERM, before)
    assert words in capsys.readouterr().err


@contextmanager
def running(first: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`make run` without make, once it says that it is ready, and what it has printed."""
    environ = {**os.environ, "PORT": str(first), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(RUN, cwd=ROOT, env=environ, stdout=-1, stderr=-1, text=True) as process:
        try:
            assert process.stdout
            printed = ""
            while "Ctrl-C" not in printed:
                line = process.stdout.readline()
                assert line, process.stderr.read() if process.stderr else ""
                printed += line
            yield process, printed
        finally:
            process.kill()


@needs_make
def test_it_says_where_everything_is_takes_a_company_and_stops_at_once() -> None:
    first = free_family()
    with running(first) as (process, printed):
        for port, path in ((first, "/evergreen"), (first, "/bluewave"), (first + 25, ""), (first + 3, "")):
            assert f"http://localhost:{port}{path} " in printed
        assert f"http://127.0.0.1:{first + 2} " in printed
        assert re.search(r"dana@example\.com +green-lawn-2026 +/evergreen", printed)
        with socket.create_connection(("127.0.0.1", first)) as idle:
            told = ("NAME=Bob's Pools & Spas", "SLUG=bobs", "EMAIL=bob@bobs.example", f"PORT={first}")
            made = run("make", "--silent", "tenant", *told)
            assert f"http://localhost:{first}/bobs\n" in made.stdout, made.stderr
            assert "Bob's Pools & Spas" in made.stdout
            again = run("make", "--silent", "tenant", *told)
            assert again.returncode != 0
            assert "is taken" in again.stderr
            process.send_signal(signal.SIGINT)
            # With a connection left open, a server that waits for it would take this long.
            rest, errors = process.communicate(timeout=10)
            assert idle.recv(1) == b""
    assert (process.returncode, errors, rest.strip()) == (0, "", "")


# The operator's command without a sandbox


@pytest.fixture
def nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenant, "desk_answers", lambda desk: False)


TOLD = {"NAME": "Bright Pools", "SLUG": "bright", "EMAIL": "owner@bright.example"}


def test_missing_arguments_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert tenant.main({"NAME": "Bright Pools"}) == 1
    said = capsys.readouterr().err
    assert "Missing: EMAIL" in said
    assert "make tenant NAME=" in said


def test_without_sandbox_and_settings_it_says_what_to_do(
    nobody_there: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenant.main(TOLD) == 1
    assert "make run" in capsys.readouterr().err


def test_missing_settings_are_named_all_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert tenant.main({**TOLD, "PORCHLIGHT_STAGE": "prod"}) == 1
    said = capsys.readouterr().err
    assert "PORCHLIGHT_PUBLIC_URL" in said
    assert "PORCHLIGHT_SECRETS_PATH" in said


def test_by_the_settings_it_is_created_on_aws(capsys: pytest.CaptureFixture[str]) -> None:
    from sandbox import world as worlds

    world = worlds.build("https://portal.example")
    try:
        settings = world.services.settings
        names = ("stage", "public_url", "tenants_table", "customers_table", "tokens_table", "files_bucket",
                 "messages_queue", "audits_queue", "jobs_queue", "mail_from", "secrets_path")  # fmt: skip
        environ = {**TOLD, **{f"PORCHLIGHT_{name.upper()}": getattr(settings, name) for name in names}}
        assert tenant.main(environ) == 0
        assert "https://portal.example/console#/invite/" in capsys.readouterr().out
        assert tenant.main(environ) == 1
        assert "bright-pools" in capsys.readouterr().err
    finally:
        world.close()


@needs_make
def test_a_name_in_the_shell_is_no_company() -> None:
    done = run("make", "--silent", "tenant", NAME="laptop", SLUG="laptop", EMAIL="me@laptop.example")
    assert done.returncode != 0
    assert "Missing: NAME, EMAIL" in done.stderr
