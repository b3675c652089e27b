/* A comparison table is drawn anew with each row that arrives, by which Gradio folds its cells:
   those that the reader has opened are opened again. Runs once, when the page has loaded. */
(() => {
  const CELL = "#summary-made details.cell";
  const opened = new WeakSet();

  document.addEventListener("click", (event) => {
    const cell = event.target.closest("summary") && event.target.closest(CELL);
    if (cell) opened[cell.open ? "delete" : "add"](cell); // before it opens or folds
  });

  new MutationObserver((changes) => {
    changes.forEach(({ target }) => {
      if (!target.open && opened.has(target)) target.open = true;
    });
  }).observe(document.body, { attributeFilter: ["open"], subtree: true });
})();
