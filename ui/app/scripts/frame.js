/* Clicks that reach Python: any element with data-go names a verb, data-value says with what
   (ui/app/carrier.py hears of it). Runs once, when the page has loaded. */
(() => {
  const go = (verb, value) =>
    document.dispatchEvent(new CustomEvent(`go:${verb}`, { detail: value || "" }));

  document.addEventListener("click", (event) => {
    const asks = event.target.closest("[data-go]");
    if (asks) go(asks.dataset.go, asks.dataset.value);
  });
})();
