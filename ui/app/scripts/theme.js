/* The colours chosen in the settings: light or dark, or as the system has it. Kept in this browser
   too, so that the next page has them before the server has told. */
(() => {
  const KEPT = "askpapers-theme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let theme = localStorage.getItem(KEPT) || "system";

  const paint = () => {
    const dark = theme === "dark" || (theme === "system" && system.matches);
    if (document.body.classList.contains("dark") !== dark) {
      document.body.classList.toggle("dark", dark);
    }
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  };

  document.addEventListener("paint", (asked) => {
    theme = asked.detail || "system";
    localStorage.setItem(KEPT, theme);
    paint();
  });
  /* Gradio paints by the system alone, now and whenever that changes. */
  new MutationObserver(paint).observe(document.body, { attributeFilter: ["class"] });
  system.addEventListener("change", paint);
  paint();
})();
