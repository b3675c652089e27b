// Filters, and what a page on paper needs. Without this all of it can still be read.
"use strict";
(() => {
  const form = document.getElementById("filters");
  const text = document.getElementById("text");
  const count = document.getElementById("count");
  const open = document.getElementById("open");
  const cases = [...document.querySelectorAll(".case")].map((element) => ({
    element,
    tokens: new Set(element.dataset.tokens.split(" ")),
    text: element.textContent.toLowerCase(),
  }));
  const shown = () => cases.filter((one) => !one.element.hidden);

  function filter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = [...form.querySelectorAll("select")].map((s) => s.value).filter(Boolean);
    for (const one of cases) {
      one.element.hidden = !(wanted.every((token) => one.tokens.has(token)) &&
        words.every((word) => one.text.includes(word)));
    }
    const left = shown().length;
    count.textContent = left === cases.length ? `${left} cases` : `${left} of ${cases.length} cases`;
    document.getElementById("none").hidden = left > 0;
    name();
  }

  // The button says what it will do to the cases that can be seen.
  function name() {
    const all = shown().length > 0 && shown().every((one) => one.element.open);
    open.textContent = all ? "Close all" : "Open all";
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  open.addEventListener("click", () => {
    const all = shown().every((one) => one.element.open);
    for (const one of shown()) one.element.open = !all;
    name();
  });
  document.querySelector(".cases").addEventListener("toggle", name, true);

  // A link to a case, or to a quote within one, opens it.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const found = target && target.closest(".case");
    if (!found) return;
    if (found.hidden) form.reset();
    found.hidden = false;
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    target.scrollIntoView({ block: target === found ? "start" : "center" });
  }
  addEventListener("hashchange", reveal);

  const pick = document.getElementById("by-metric");
  if (pick) {
    const groups = [...document.querySelectorAll(".groups")];
    const choose = () => groups.forEach((g) => { g.hidden = g.dataset.metric !== pick.value; });
    pick.parentElement.hidden = false;
    pick.addEventListener("change", choose);
    choose();
  }

  // On paper nothing can be opened.
  let opened = [];
  addEventListener("beforeprint", () => {
    const folded = [...document.querySelectorAll("#changes details")];
    opened = [...shown().map((one) => one.element), ...folded].filter((box) => !box.open);
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of opened) box.open = false;
  });

  filter();
  reveal();
})();
