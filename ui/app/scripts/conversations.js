/* The drawer of conversations: opened, closed, and a title changed in its place. Runs once. */
(() => {
  const drawer = () => document.getElementById("conversations");
  const button = () => document.querySelector('[data-drawer="conversations"]');

  const show = (open) => {
    const there = drawer();
    if (!there || there.classList.contains("open") === open) return;
    const inside = there.contains(document.activeElement);
    there.classList.toggle("open", open);
    button().setAttribute("aria-expanded", String(open));
    if (open) there.querySelector("textarea, input").focus({ preventScroll: true });
    else if (inside) button().focus({ preventScroll: true });
  };

  /* The title becomes a field; Enter keeps what stands in it, Escape and leaving it do not. */
  const rename = (pencil) => {
    const entry = pencil.closest("li");
    const open = entry.querySelector(".open");
    const field = document.createElement("input");
    field.value = open.textContent;
    field.className = "title";
    field.maxLength = 80;
    field.setAttribute("aria-label", "New title");
    let over = false; // a field that leaves the page tells of a blur once more
    const done = () => {
      if (over) return;
      over = true;
      field.replaceWith(open);
    };
    field.addEventListener("blur", done);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        done();
        pencil.focus();
      } else if (event.key === "Enter") {
        const title = field.value.trim();
        const detail = JSON.stringify({ id: entry.dataset.conversation, title });
        done();
        if (title && title !== open.textContent) {
          document.dispatchEvent(new CustomEvent("go:rename-conversation", { detail }));
        }
      }
    });
    open.replaceWith(field);
    field.select();
  };

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest('[data-drawer="conversations"]');
    const pencil = event.target.closest("[data-rename]");
    if (toggle) show(!drawer().classList.contains("open"));
    else if (pencil) rename(pencil);
    else if (event.target.closest('[data-go="open-conversation"]')) show(false);
    else if (event.target.isConnected && !event.target.closest("#conversations")) show(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
})();
