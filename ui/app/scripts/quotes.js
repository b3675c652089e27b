/* Markers and their quotes: a marker shows its answer's evidence, with its quotes emphasised and
   in view; the number of a paper leads back. Clicks are heard at the document, because Gradio
   redraws what is inside it. Runs once, when the page has loaded. */
(() => {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const bring = (element, block) =>
    element.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block });

  /* Whether all of a quote can be seen already: then the page had better stand still. */
  const inView = (quote) => {
    const box = quote.getBoundingClientRect();
    const frame = quote.closest("#evidence").getBoundingClientRect();
    const top = Math.max(frame.top, 0);
    const bottom = Math.min(frame.bottom, window.innerHeight);
    return top <= box.top && box.bottom <= bottom;
  };

  const emphasise = (elements) => {
    all(".shown").forEach((element) => element.classList.remove("shown"));
    elements.forEach((element) => element.classList.add("shown"));
  };

  const unfold = (element) => {
    for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) {
      box.open = true;
    }
  };

  const showQuotes = (marker) => {
    all(".evidence").forEach((section) => {
      section.hidden = section.dataset.turn !== marker.dataset.turn;
    });
    const keys = marker.dataset.quotes.split(" ");
    const quotes = keys.flatMap((key) => all(`mark[data-quotes~="${key}"]`));
    quotes.forEach(unfold);
    emphasise([marker, ...quotes]);
    if (quotes.length) {
      quotes[0].focus({ preventScroll: true });
      if (!inView(quotes[0])) bring(quotes[0], "center");
    }
  };

  const goBack = (number) => {
    const { turn, back } = number.dataset;
    const marker = document.querySelector(
      `.marker[data-turn="${turn}"][data-paper="${back}"]`,
    );
    if (marker) {
      emphasise([marker]);
      marker.focus({ preventScroll: true });
      bring(marker, "center");
    }
  };

  document.addEventListener("click", (event) => {
    const marker = event.target.closest(".marker[data-quotes]");
    const number = event.target.closest("[data-back]");
    if (marker) showQuotes(marker);
    else if (number) goBack(number);
  });

  /* A new question is brought to the top of the conversation once; while its answer streams the
     reader is left alone. */
  let latest = "";
  new MutationObserver(() => {
    const turn = document.querySelector("#now .turn");
    const number = turn ? turn.dataset.turn : "";
    if (number === latest) return;
    latest = number;
    if (turn) bring(turn, "start");
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-turn"] });
})();
