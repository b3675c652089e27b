/* The chat: the address names the conversation, a question is edited in its place, answers are
   copied, and what was typed, or its answer lost with the server, comes back into the box, with the
   papers chosen for it. Runs once, when the page has loaded. */
(() => {
  const one = (selector) => document.querySelector(selector);
  const go = (verb, value) =>
    document.dispatchEvent(new CustomEvent(`go:${verb}`, { detail: value }));

  /* --- the address ------------------------------------------------------------------------- */

  const named = () => new URLSearchParams(location.search).get("conversation") || "";

  const follow = () => {
    const where = one("#address [data-conversation]");
    if (!where || where.dataset.conversation === named()) return;
    const url = new URL(location.href);
    if (where.dataset.conversation) {
      url.searchParams.set("conversation", where.dataset.conversation);
    } else {
      url.searchParams.delete("conversation");
    }
    history.pushState(null, "", url);
  };

  window.addEventListener("popstate", () => {
    const where = one("#address [data-conversation]");
    const shown = where ? where.dataset.conversation : "";
    if (shown !== named()) go("open-conversation", named());
  });

  /* --- a question that was not asked yet, or whose answer was lost ---------------------------- */

  const [LOST, TYPED] = ["askpapers.asked", "askpapers.typed"];
  const keep = (name, { text, chosen }) => {
    sessionStorage.setItem(name, text);
    sessionStorage.setItem(`${name}.chosen`, chosen);
  };
  const kept = (name) => ({
    text: sessionStorage.getItem(name) || "",
    chosen: sessionStorage.getItem(`${name}.chosen`) || "",
  });
  const chosenIn = (element) => (element ? element.dataset.chosen || "" : "");
  let typed = kept(TYPED);
  const fill = ({ text, chosen }) => {
    const box = one("#question textarea");
    if (!box || box.value) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    if (chosen !== chosenIn(one("#chips [data-chosen]"))) go("choose-again", chosen || "{}");
  };

  let opened = false;
  const remember = () => {
    const turn = one("#now .turn");
    if (turn && turn.querySelector('.reply[aria-busy="true"]')) {
      keep(LOST, { text: turn.querySelector(".question").textContent, chosen: chosenIn(turn) });
    } else if (turn || one("#now .notice")) {
      const asked = kept(LOST);
      const shown = turn ? turn.querySelector(".question").textContent : "";
      if (!opened && asked.text && asked.text !== shown) fill(typed.text ? typed : asked);
      sessionStorage.removeItem(LOST);
    }
    if (turn || !named()) opened = true;
    if (opened && typed.text && one("#question textarea")) {
      fill(typed);
      typed = { text: "", chosen: "" };
    }
  };
  window.addEventListener("pagehide", () => {
    const box = one("#question textarea");
    const chosen = chosenIn(one("#chips [data-chosen]"));
    keep(TYPED, box && box.value ? { text: box.value, chosen } : typed);
  });

  /* --- seconds, while an answer is made ------------------------------------------------------ */

  let since = { turn: "", at: 0 };
  const tick = () => {
    const turn = one("#now .turn");
    const told = one("#now .working .since");
    if (!turn || !told) {
      since = { turn: "", at: 0 };
      return;
    }
    if (since.turn !== turn.dataset.turn) since = { turn: turn.dataset.turn, at: Date.now() };
    const seconds = Math.floor((Date.now() - since.at) / 1000);
    const text = seconds > 0 ? ` ${seconds} s` : "";
    if (told.textContent !== text) told.textContent = text;
  };
  setInterval(tick, 250);

  new MutationObserver(() => {
    follow();
    remember();
    tick();
  }).observe(document.body, { childList: true, subtree: true });

  /* --- copying ------------------------------------------------------------------------------- */

  const copied = (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const aside = document.createElement("textarea"); // a page without https has no clipboard
    aside.value = text;
    aside.style.position = "fixed";
    document.body.append(aside);
    aside.select();
    document.execCommand("copy");
    aside.remove();
    return Promise.resolve();
  };

  const tell = (button, text) => {
    const before = button.textContent;
    button.textContent = text;
    setTimeout(() => {
      button.textContent = before;
    }, 1600);
  };

  const copy = async (button) => {
    try {
      if (button.dataset.link) {
        await copied(new URL(button.dataset.link, location.href).href);
      } else {
        const got = await fetch(button.dataset.copy);
        if (!got.ok) throw new Error(got.statusText);
        await copied(await got.text());
      }
      tell(button, "Copied");
    } catch {
      tell(button, "Could not be copied");
    }
  };

  /* --- editing ------------------------------------------------------------------------------- */

  const element = (tag, properties) => Object.assign(document.createElement(tag), properties);

  const edit = (button) => {
    const asked = button.closest(".asked");
    const question = asked.querySelector(".question");
    const turn = button.dataset.edit;
    const later = document.querySelectorAll(".turn").length;
    const place = [...document.querySelectorAll(".turn")].indexOf(button.closest(".turn")) + 1;
    const form = element("form", { className: "editing" });
    const text = element("textarea", { value: question.textContent, maxLength: 2000, rows: 2 });
    text.setAttribute("aria-label", "Edit the question");
    const send = element("button", { type: "submit", className: "quiet", textContent: "Ask again" });
    const leave = element("button", { type: "button", className: "link", textContent: "Cancel" });
    const gone = later - place;
    const note = element("small", {
      textContent: gone ? `The ${gone === 1 ? "question" : `${gone} questions`} after it will go.` : "",
    });
    const close = () => {
      form.remove();
      asked.hidden = false;
      button.focus();
    };
    leave.addEventListener("click", close);
    text.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      go("again", JSON.stringify({ turn: Number(turn), question: text.value }));
      close();
    });
    form.append(text, send, leave, note);
    asked.hidden = true;
    asked.after(form);
    text.focus();
  };

  /* --- clicks -------------------------------------------------------------------------------- */

  document.addEventListener("click", (event) => {
    const copies = event.target.closest("[data-copy], [data-link]");
    const edits = event.target.closest("[data-edit]");
    const only = event.target.closest('[data-go="ask-only"]');
    if (copies) copy(copies);
    if (edits) edit(edits);
    if (only) setTimeout(() => one("#question textarea").focus(), 0);
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      const chosen = event.target.closest(".items") && menu.contains(event.target);
      if (chosen || !menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
})();
