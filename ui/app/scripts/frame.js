/* Clicks that reach Python: any element with data-go names a verb, data-value says with what
   (ui/app/carrier.py hears of it); one with data-tab opens the tab of that name, one with
   data-focus goes on at that element, and the address names the tab that is open. Runs once, when
   the page has loaded. */
(() => {
  const go = (verb, value) =>
    document.dispatchEvent(new CustomEvent(`go:${verb}`, { detail: value || "" }));

  const open = (name) => {
    const tabs = [...document.querySelectorAll('#views [role="tab"], #views .overflow-dropdown button')];
    const named = (tab) => tab.textContent.trim().toLowerCase() === name;
    const tab = document.getElementById(`view-${name}-button`) || tabs.find(named);
    if (tab) tab.click();
  };

  document.addEventListener("click", (event) => {
    const asks = event.target.closest("[data-go]");
    const leads = event.target.closest("[data-tab]");
    if (asks) go(asks.dataset.go, asks.dataset.value);
    if (leads) open(leads.dataset.tab);
    const next = event.target.closest("[data-focus]");
    if (next) setTimeout(() => document.querySelector(next.dataset.focus).focus(), 0);
  });

  // --- the address: without a name in it the chat is open, or the library where it names a paper

  const usual = (query) => (query.get("paper") ? "library" : "chat");
  const named = () => {
    const query = new URLSearchParams(location.search);
    return query.get("tab") || usual(query);
  };
  const chosen = () => {
    const tab = document.querySelector('#views [role="tab"][aria-selected="true"]');
    return tab ? tab.textContent.trim().toLowerCase() : named();
  };
  const follow = () => {
    if (chosen() === named()) return;
    const url = new URL(location.href);
    if (chosen() === usual(url.searchParams)) url.searchParams.delete("tab");
    else url.searchParams.set("tab", chosen());
    history.pushState(null, "", url);
  };

  if (named() !== chosen()) open(named());
  new MutationObserver(follow).observe(document.getElementById("views"), {
    subtree: true, attributeFilter: ["aria-selected"],
  });
  window.addEventListener("popstate", () => {
    if (named() !== chosen()) open(named());
  });
})();
