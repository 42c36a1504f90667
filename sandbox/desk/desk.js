// Keeps the desk fresh without moving anything under the reader's eyes, and fits a mail's frame to the mail.
const live = document.getElementById("live");

async function refresh() {
  if (document.hidden || document.activeElement?.matches("#live button")) return;
  const query = new URLSearchParams({ at: live.dataset.at, show: live.dataset.show });
  let text;
  try {
    const answer = await fetch(`/feed?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    text = await answer.text();
  } catch {
    document.body.classList.add("gone");
    return;
  }
  document.body.classList.remove("gone");
  if (text === live.last) return;
  live.last = text;
  const focused = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const feed = document.getElementById("feed").scrollTop;
  const page = window.scrollY;
  live.innerHTML = text;
  document.getElementById("feed").scrollTop = feed;
  if (focused) live.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  window.scrollTo(0, page);
}
setInterval(refresh, 1500);
document.addEventListener("visibilitychange", refresh);

for (const frame of document.querySelectorAll(".letter")) {
  const fit = () => {
    const inside = frame.contentDocument?.documentElement;
    if (!inside) return;
    frame.style.height = "1px";  // a page is never shorter than its window
    frame.style.height = `${inside.scrollHeight}px`;
  };
  frame.addEventListener("load", fit);
  addEventListener("resize", fit);
  fit();
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  setTimeout(() => live.querySelectorAll("button").forEach((one) => (one.disabled = true)));
});
