/* Clicks that reach Python: any element with data-go names a verb, data-value says with what
   (ui/app/carrier.py hears of it); one with data-tab opens the tab of that name. Runs once, when the page has loaded. */
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
  });
})();
