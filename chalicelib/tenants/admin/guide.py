"""The first-run guide: its steps, which of them are done, and whether it is finished with."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from chalicelib.tenants.actions import guide as actions
from chalicelib.tenants.rules import guide as rules
from chalicelib.tenants.rules.guide import STEPS, Guide, Step
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Shape

routes = ApiRoutes("Guide")


class StepView(Shape):
    """A step, and whether it is done."""

    name: Step
    done: bool


class GuideView(Shape):
    """The steps in their order. `address` is done once the address is chosen, `stripe` by itself once charges can be
    made."""

    steps: list[StepView]
    finished: bool


class GuideProgress(Shape):
    """`done` are all the steps that are called done, the earlier ones too; `finished`: don't show the guide again."""

    done: Annotated[list[Step], Meta(max_length=len(STEPS))]
    finished: bool


@routes.get("/guide", "settings:read")
def read_guide(caller: Admin) -> GuideView:
    """Read how far the company is with setting its portal up."""
    return _present(caller, actions.progress(caller.store))


@routes.put("/guide", "settings:write", example={"done": ["branding"], "finished": False})
def change_guide(caller: Admin, body: GuideProgress) -> GuideView:
    """Keep how far the company is."""
    found = Guide(frozenset(body.done), body.finished)
    kept = actions.keep(caller.store, found, caller.own_note("guide.keep"))
    return _present(caller, kept)


def _present(caller: Admin, found: Guide) -> GuideView:
    steps = [StepView(step, rules.is_done(step, found.marked, caller.company)) for step in STEPS]
    return GuideView(steps, found.finished)
