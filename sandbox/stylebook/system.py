"""The design system on one page, dressed in any company's colour."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from chalicelib.billing.rules import State, StateKind
from chalicelib.web import colours, pages
from sandbox.stylebook.things import EVERGREEN, ITEMS, context


def stylebook(colour: str) -> str:
    """The system on one page, dressed in a company's colour."""
    from chalicelib.web.templating import environment

    company = replace(EVERGREEN, colour=colour)
    page = context(company=company, path="/stylebook")
    made = colours.brand(colour)
    pairs = (
        ("Accent on paper, light", made.light, "#ffffff"),
        ("Accent on ground, light", made.light, colours.LIGHT_GROUNDS[1]),
        ("Ink on accent, light", made.on_light, made.light),
        ("Accent on paper, dark", made.dark, colours.DARK_GROUNDS[0]),
        ("Accent on ground, dark", made.dark, colours.DARK_GROUNDS[1]),
        ("Ink on accent, dark", made.on_dark, made.dark),
    )
    contrasts = [(name, f"{colours.contrast(one, other):.1f} : 1") for name, one, other in pairs]
    kinds = get_args(StateKind)
    states = [State("due", 0), *(State(kind, 1) for kind in kinds), State("due", 12), State("overdue", 12)]
    values = {
        "given": colour,
        "made": made,
        "contrasts": contrasts,
        "states": states,
        "items": ITEMS,
    }
    return pages.fill(environment("en").from_string(_STYLEBOOK), page, values)


_STYLEBOOK = """\
{% extends 'base.html' %}
{% import 'parts/forms.html' as forms %}
{% macro choice(what, note, state='') %}
<label class="choice"><input type="radio" name="method"{{ ' ' ~ state if state }}>
<span class="what">{{ what }}</span> <span class="note">{{ note }}</span></label>
{% endmacro %}
{% set wrong = {'email': 'Enter an e-mail address like name@example.com.'} %}
{% block title %}The Porchlight design system{% endblock %}
{% block main %}
<h1>The Porchlight design system</h1>
<p class="lead">One accent, the company's, marks the one thing to do next.
An amount is big, the rest is quiet.
A state is a word and a shape. The lamp over a bill is lit while there is something to pay.</p>

<h2>Colour</h2>
<div class="card stack">
<p>The company gave {{ given }}. Pages use {{ made.light }} by day and {{ made.dark }} by night.</p>
<dl class="pairs sums">
{% for name, ratio in contrasts %}<div><dt>{{ name }}</dt><dd>{{ ratio }}</dd></div>
{% endfor %}
</dl>
</div>

<h2>Type and space</h2>
<div class="card stack">
<p class="amount">{{ big(128450) }}</p>
<p>Sizes step by 1.25: small 13, text 16, title 25, figure 49. Space steps by 8: 8, 16, 24, 32, 48.</p>
<p>Text is 16 on a line of 24. <a href="#main">A link</a> is underlined. Lines stay under 70 characters.</p>
<p class="hint">A hint or a note is small and soft, and still passes 4.5 to 1.</p>
</div>

<h2>States</h2>
<div class="card stack">
{% for state in states %}<div>{{ pill(state) }}</div>
{% endfor %}
</div>

<h2>Buttons</h2>
<div class="card stack">
{{ forms.button('Pay $120.00', 'Paying…') }}
<a class="button second" href="#main"><span>Back to your account</span></a>
<button class="quiet">Sign out</button>
</div>

<h2>A bill, lit and not</h2>
<div class="stack">
<div class="bill lit"><p class="facts">You owe</p><p class="amount">{{ big(34250) }}</p>
<a class="button" href="#main"><span>Pay $342.50</span></a></div>
<div class="bill"><p class="amount">{{ big(0) }}</p><p class="facts">All paid up</p></div>
</div>

<h2>Rows</h2>
<div class="card">{{ invoice_rows(items) }}</div>

<h2>Nothing here yet</h2>
<div class="card empty"><p>No invoices yet</p>
<p class="hint">They will be here after your first service.</p></div>

<h2>Forms</h2>
{{ forms.summary(wrong) }}
<form class="card stack" method="post" action="#main">
{{ forms.field('name', 'Your name', {}, 'Dana Whitfield', attributes={'autocomplete': 'name'}) }}
{{ forms.field('email', 'E-mail', wrong, 'dana@', hint='For receipts only.') }}
{{ forms.field('password', 'New password', {}, type='password', hint='10 characters or more.') }}
<fieldset><legend>Pay with</legend><div class="choices">
{{ choice('Visa •••• 4242', 'Expires 04/28', 'checked') }}
{{ choice('Mastercard •••• 4444', 'Expired 09/25', 'disabled') }}
{{ choice('A new card', "You'll enter card details on Stripe's secure page.") }}
</div></fieldset>
{{ forms.button('Save', 'Saving…') }}
</form>
{% endblock %}
"""
