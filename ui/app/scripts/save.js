/* Saves text as a file: any element with data-save="NAME" data-text="TEXT" (ui/app/saving.py). */
(() => {
  document.addEventListener("click", (event) => {
    const asks = event.target.closest("[data-save]");
    if (!asks) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([asks.dataset.text], { type: "text/plain" }));
    link.download = asks.dataset.save;
    link.click();
    URL.revokeObjectURL(link.href);
  });
})();
