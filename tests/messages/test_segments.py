"""What an SMS costs: its alphabet, its characters, its segments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.writing import sms
from chalicelib.messages.writing.sms import Segments, segments

PLAIN = "".join(sorted(sms._BASIC))
EXTENDED = "".join(sorted(sms._EXTENDED))
# The alphabets as the standard lays them out, 128 places with the escape: none is missing, none too many.
assert len(PLAIN) == 127
assert len(EXTENDED) == 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("GSM-7", 0, 1, 160)),
        ("a" * 160, Segments("GSM-7", 160, 1, 160)),
        ("a" * 161, Segments("GSM-7", 161, 2, 153)),
        ("a" * 306, Segments("GSM-7", 306, 2, 153)),
        ("a" * 307, Segments("GSM-7", 307, 3, 153)),
        ("€" * 80, Segments("GSM-7", 160, 1, 160)),
        ("€" * 81, Segments("GSM-7", 162, 2, 153)),
        # 76 of them are 152: the 77th is not divided, so two segments hold 304 and not 306.
        ("€" * 152, Segments("GSM-7", 304, 2, 153)),
        ("€" * 153, Segments("GSM-7", 306, 3, 153)),
        ("a" * 152 + "€" + "a" * 152, Segments("GSM-7", 306, 3, 153)),
        ("¿Mañana? Él llegó à 5€\n[x]", Segments("Unicode", 26, 1, 70)),
        ("¿Mañana? Le cobramos 5€\n[x]", Segments("GSM-7", 30, 1, 160)),
        ("á" * 70, Segments("Unicode", 70, 1, 70)),
        ("á" * 71, Segments("Unicode", 71, 2, 67)),
        ("á" * 134, Segments("Unicode", 134, 2, 67)),
        ("á" * 135, Segments("Unicode", 135, 3, 67)),
        ("🏡" * 35, Segments("Unicode", 70, 1, 70)),
        ("🏡" * 36, Segments("Unicode", 72, 2, 67)),
        # 33 are 66: the 34th is not divided either.
        ("🏡" * 67, Segments("Unicode", 134, 3, 67)),
    ],
)
def test_how_many_segments(text: str, expected: Segments) -> None:
    assert segments(text) == expected


@given(st.text(st.sampled_from(PLAIN + EXTENDED), max_size=700) | st.text(max_size=400))
def test_segments_hold_the_text_and_no_fewer_would(text: str) -> None:
    found = segments(text)
    gsm = all(char in PLAIN + EXTENDED for char in text)
    assert found.alphabet == ("GSM-7" if gsm else "Unicode")
    if gsm:
        assert found.length == len(text) + sum(char in EXTENDED for char in text)
        assert found.room == (160 if found.length <= 160 else 153)
    else:
        assert found.length == len(text.encode("utf-16-le", "surrogatepass")) // 2
        assert found.room == (70 if found.length <= 70 else 67)
    assert (found.count == 1) == (found.length <= (160 if gsm else 70))
    # No more is lost than one place a segment, for a sign that is not divided.
    assert found.count * found.room >= found.length
    assert (found.count - 1) * (found.room - 1) < max(found.length, 1)


@given(st.text(max_size=200), st.text(max_size=200))
def test_more_text_is_never_fewer_segments(text: str, more: str) -> None:
    assert segments(text + more).count >= segments(text).count


def test_typographic_signs_do_not_halve_an_sms() -> None:
    text = sms.write(
        {"sms": "Dana’s invoice “1042” – due…\n  Pay:\u00a0{{ portal_link }} • {{ name }}  "},
        {"portal_link": "https://pay.example/l/x", "name": "O’Neil «Lawn»"},
    )
    assert text == 'Dana\'s invoice "1042" - due...\nPay: https://pay.example/l/x - O\'Neil "Lawn"'
    assert segments(text).alphabet == "GSM-7"


def test_letters_stay_as_they_are() -> None:
    assert sms.write({"sms": "{{ name }}"}, {"name": "José Núñez"}) == "José Núñez"
