/* Votes: a thumb shows at once that it was clicked and tells the server; a second click takes it
   back. A reason goes with the thumb beside it; without one it is a vote against. Of two drafts the
   better one is told with its reason. Runs once. */
(() => {
  const send = (row) =>
    document.dispatchEvent(new CustomEvent("go:vote", { detail: JSON.stringify(row) }));

  const pressed = (thumbs) => thumbs.querySelector('[aria-pressed="true"]');
  const press = (thumbs, verdict) =>
    thumbs.querySelectorAll("[data-vote]").forEach((thumb) => {
      thumb.setAttribute("aria-pressed", String(thumb.dataset.vote === verdict));
    });

  /* What is voted on: a sentence, which has a line of its own, or else the answer. */
  const place = (element) => element.closest("li") || element.closest(".ballot");

  const cast = (thumbs, verdict) => {
    const box = thumbs.closest(".ballot");
    const whole = thumbs.dataset.sentence === undefined;
    press(thumbs, verdict);
    send({
      answer: box.dataset.answer,
      sentence: whole ? null : Number(thumbs.dataset.sentence),
      verdict,
      reason: verdict ? place(thumbs).querySelector("[name=reason]").value : "",
    });
    if (whole && verdict === "down") box.querySelector("details").open = true;
  };

  /* The case goes among those that votes made; where the votes make none, what is missing is told. */
  const make = async (button) => {
    const said = button.parentElement.querySelector(".case-said");
    const run = button.parentElement.querySelector(".case-run");
    try {
      const got = await fetch(button.dataset.case, { method: "POST" });
      const kept = await got.json();
      if (!got.ok) throw new Error(kept.error);
      const left = kept.left_out[0];
      run.hidden = Boolean(left);
      if (left) said.textContent = `No case: ${left.reason}.`;
      else if (kept.added.length) said.textContent = "A draft is added to the cases “From votes”.";
      else said.textContent = "It is among the cases “From votes” already.";
    } catch (error) {
      said.textContent = `No case: ${error.message}`;
    }
  };

  document.addEventListener("click", (event) => {
    const thumb = event.target.closest("[data-vote]");
    const button = event.target.closest("[data-case]");
    const better = event.target.closest("[data-prefer]");
    if (thumb) {
      const again = thumb.getAttribute("aria-pressed") === "true";
      cast(thumb.closest(".thumbs"), again ? "" : thumb.dataset.vote);
    } else if (button) {
      make(button);
    } else if (better) {
      const reason = better.closest("dialog").querySelector("[name=reason]").value;
      const detail = JSON.stringify({ winner: better.dataset.prefer, reason });
      document.dispatchEvent(new CustomEvent("go:prefer", { detail }));
    }
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-reason]")) return;
    event.preventDefault();
    const thumbs = place(event.target).querySelector(".thumbs");
    const chosen = pressed(thumbs);
    cast(thumbs, chosen ? chosen.dataset.vote : "down");
  });
})();
