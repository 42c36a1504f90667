// Parts of a page that are drawn again after a change of what the page is about. All else stays as it is: a note that somebody is
// typing, the button that was pressed.

import { fill, h } from './dom.js';

// `found` is what the API says, `more` what else the page's pieces share. Answers {...more, found, part(draw), drawing(draw), set(now)}:
// `part` is a place for what `draw(found, desk)` answers, `drawing` takes what draws itself, `set` draws all of it for another `found`.
export function deskOf(found, more) {
  const drawn = [];
  const desk = { ...more, found };
  desk.drawing = (draw) => {
    drawn.push(draw);
    draw();
  };
  desk.part = (draw) => {
    const place = h('div', { class: 'redrawn' });
    desk.drawing(() => fill(place, draw(desk.found, desk)));
    return place;
  };
  desk.set = (now) => {
    desk.found = now;
    for (const draw of drawn) draw();
  };
  return desk;
}
