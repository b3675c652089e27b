/* The library's tab: keeps what is looked for, asks Python (ui/app/library.py) for HTML and puts it
   in its place. The tab is made when it is first opened; what is asked for before waits for it. */
(() => {
  const FRESH = { words: "", low: "", high: "", category: "", source: "", sort: "newest", page: 0,
    meaning: false, like: "" };
  const TYPING_MS = 160, SOON_MS = 500, LATER_MS = 4000, NOTICE_MS = 20000;
  let state = { ...FRESH };
  let page = null; // {root, call, upload} once the tab is there
  let wanted = null; // what was asked for before that
  let asked = 0; // so that a late reply does not overwrite a newer one
  let timer = 0, poll = 0, papers = -1;
  let stale = false; // the list has changed while a paper's page was read
  const chosen = new Set();

  const $ = (selector) => page.root.querySelector(selector);
  const openTab = () => {
    const tab = document.getElementById("view-library-button") ||
      [...document.querySelectorAll('#views [role="tab"]')].find(
        (button) => button.textContent.trim() === "Library");
    if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
  };

  const call = async (what, rest = {}) => {
    const reply = await page.server.library({ do: what, ...rest });
    if (!reply) return { error: "The server did not answer. Is askpapers still running?" };
    return reply;
  };

  /* Something told at the bottom of the page for a while, perhaps with a way back. */
  const notice = (text, undo = "", bad = false) => {
    const box = $(".lib-notice");
    clearTimeout(timer);
    box.hidden = !text;
    box.classList.toggle("bad", bad);
    box.innerHTML = "";
    const words = document.createElement("span");
    words.textContent = text;
    box.append(words);
    box.insertAdjacentHTML("beforeend",
      `${undo}<button type="button" class="quiet" data-do="dismiss" aria-label="Close">✕</button>`);
    timer = setTimeout(() => { box.hidden = true; }, NOTICE_MS);
  };
  const told = (reply) => {
    if (reply.error) notice(reply.error, "", true);
    return !reply.error;
  };

  // --- the list ---------------------------------------------------------------------------------

  /* Draws `html` in `box` unless it stands there: what is being clicked or read is not replaced by
     the same. What was unfolded stays so, and who was in it with the keyboard does not lose it. */
  const said = new WeakMap();
  const put = (box, html) => {
    if (said.get(box) === html) return;
    const open = [...box.querySelectorAll("details")].map((details) => details.open);
    const held = box.contains(document.activeElement);
    said.set(box, html);
    box.innerHTML = html;
    box.querySelectorAll("details").forEach((details, i) => { details.open = open[i] || false; });
    const summary = held && box.querySelector("summary");
    if (summary) summary.focus({ preventScroll: true });
  };

  const showList = async () => {
    const mine = ++asked;
    const body = $(".lib-page");
    body.setAttribute("aria-busy", "true");
    const reply = await call("table", state);
    if (mine !== asked) return;
    body.setAttribute("aria-busy", "false");
    put($(".lib-gone"), reply.gone || "");
    put(body, reply.html || "");
    if (reply.error) {
      $(".lib-told").textContent = reply.error;
      return;
    }
    const near = Boolean(state.like || state.meaning);
    $(".lib-told").textContent = [reply.told, reply.note].filter(Boolean).join(" · ");
    if (near) {
      $(".lib-told").insertAdjacentHTML("afterbegin",
        '<button type="button" class="quiet" data-do="all">← All papers</button>');
    }
    $(".lib-list").classList.toggle("near", near);
    body.querySelectorAll("[data-pick]").forEach((box) => {
      box.checked = chosen.has(box.dataset.pick);
    });
    $('[data-do="meaning"]').hidden = !state.words.trim();
    $('[data-do="meaning"]').setAttribute("aria-pressed", String(state.meaning));
    $('[name="sort"]').value = state.sort;
  };

  const showYears = async () => {
    const reply = await call("years", state);
    if (!reply.error) $(".lib-years").innerHTML = reply.html;
  };

  const showMenus = async () => {
    const reply = await call("menus");
    if (reply.error) return;
    ["category", "source"].forEach((name) => {
      const menu = $(`[name="${name}"]`);
      menu.innerHTML = reply[name];
      menu.value = state[name];
      menu.hidden = menu.options.length < (name === "source" ? 3 : 2);
    });
  };

  /* Look for something else; the years follow unless only they, the order or the page changed. */
  const look = (changes, years = true) => {
    state = { ...state, page: 0, like: "", ...changes };
    leavePaper();
    showList();
    if (years) showYears();
  };

  const refresh = () => { showList(); showYears(); showMenus(); };
  const changed = () => {
    document.dispatchEvent(new CustomEvent("go:library-changed", { detail: "" }));
    refresh();
  };

  // --- a paper's page -----------------------------------------------------------------------------

  // What else the address names, such as the conversation, stays: Back leads to it. A paper says
  // by itself that the library is open (scripts/frame.js).
  const address = (id) => {
    const url = new URL(location.href);
    url.searchParams.delete(id ? "tab" : "paper");
    url.searchParams.set(...(id ? ["paper", id] : ["tab", "library"]));
    return url;
  };
  const addressed = () => {
    const query = new URLSearchParams(location.search);
    return query.get("tab") ? "" : query.get("paper") || "";
  };

  const showPaper = async (id, push = true) => {
    const reply = await call("paper", { id });
    if (!told(reply)) return;
    const box = $(".lib-paper");
    box.innerHTML = reply.html;
    box.hidden = false;
    box.dataset.paper = reply.id;
    $(".lib-list").hidden = true;
    if (push) history.pushState({ paper: reply.id }, "", address(reply.id));
    box.querySelector("h2").focus({ preventScroll: true });
    box.scrollIntoView({ block: "start" });
    window.scrollTo({ top: 0 });
    const like = await call("like", { id: reply.id });
    if (!like.error && box.dataset.paper === reply.id) $(".lib-like").innerHTML = like.html;
  };

  const leavePaper = (push = true) => {
    const box = $(".lib-paper");
    if (box.hidden) return;
    box.hidden = true;
    box.dataset.paper = "";
    box.innerHTML = "";
    $(".lib-list").hidden = false;
    if (stale) changed();
    stale = false;
    if (push) history.pushState({}, "", address(""));
  };

  // --- choosing and deleting ----------------------------------------------------------------------

  const showChosen = () => {
    const bar = $(".lib-picked");
    bar.hidden = !chosen.size;
    document.body.classList.toggle("lib-picking", chosen.size > 0);
    if (!chosen.size) return;
    bar.innerHTML = "";
    const count = document.createElement("span");
    count.textContent = chosen.size === 1 ? "1 paper chosen" : `${chosen.size} papers chosen`;
    const button = (name, kind, data) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = name;
      made.className = kind;
      Object.assign(made.dataset, data);
      return made;
    };
    const ids = JSON.stringify([...chosen]);
    bar.append(count,
      button("Summarise", "quiet", { go: "summarise", value: ids }),
      button("Delete", "quiet bad", { do: "remove", with: ids }),
      button("None", "quiet", { do: "unpick" }));
  };

  const remove = async (ids) => {
    const reply = await call("remove", { ids });
    if (!told(reply)) return;
    ids.forEach((id) => chosen.delete(id));
    showChosen();
    leavePaper();
    notice(reply.told, reply.undo);
    changed();
  };

  const restore = async (ids) => {
    const reply = await call("restore", { ids });
    if (!told(reply)) return;
    notice(reply.told);
    changed();
  };

  // --- adding -------------------------------------------------------------------------------------

  const showAdding = (reply) => {
    if (reply.error) return;
    const box = $(".lib-jobs");
    const focused = document.activeElement && document.activeElement.dataset;
    if (!box.matches(":active")) put(box, reply.html); // what is being pressed stays until let go
    if (focused && focused.do === "steer" && !document.activeElement.dataset.do) {
      const again = box.querySelector(`[data-job="${focused.job}"]`);
      if (again) again.focus();
    }
    if (papers >= 0 && papers !== reply.papers) {
      if ($(".lib-paper").hidden) changed();
      else stale = true;
    }
    papers = reply.papers;
    clearTimeout(poll);
    poll = setTimeout(follow, reply.busy ? SOON_MS : LATER_MS);
  };

  const follow = async () => {
    clearTimeout(poll);
    if (document.hidden || !page.root.offsetParent) {
      poll = setTimeout(follow, LATER_MS);
      return;
    }
    showAdding(await call("adding"));
    poll = poll || setTimeout(follow, LATER_MS);
  };

  const openForm = (open) => {
    $(".lib-adding").hidden = !open;
    $('button[data-do="add"]').setAttribute("aria-expanded", String(open));
  };

  const add = async (files, fields = {}) => {
    const most = Number($(".lib-adding form").dataset.most);
    const large = files.find((file) => file.size > most);
    if (large) {
      notice(`${large.name} is larger than ${Math.floor(most / 1e6)} MB: give its path instead`,
        "", true);
      return false;
    }
    const paths = [];
    try {
      for (const [number, file] of files.entries()) {
        notice(`Sending ${file.name}${files.length > 1 ? ` (${number + 1} of ${files.length})` : ""}…`);
        paths.push((await page.upload(file)).path);
      }
    } catch (error) {
      notice(`A file did not arrive (${error.message || error}): try again`, "", true);
      return false;
    }
    const reply = await call("add", { files: paths, ...fields });
    if (!told(reply)) return false;
    notice("");
    follow();
    return true;
  };

  const submitted = async (form) => {
    const fields = new FormData(form);
    const files = fields.getAll("files").filter((file) => file.size || file.name);
    const button = form.querySelector("button.strong");
    button.disabled = true;
    const done = await add(files, { names: fields.get("names"), path: fields.get("path"),
      complete: fields.has("complete") });
    button.disabled = false;
    if (done) {
      form.reset();
      openForm(false);
    }
  };

  // --- what is clicked, typed and dropped -----------------------------------------------------------

  const does = {
    sort: (at) => look({ sort: at.dataset.with }, false),
    page: (at) => {
      state.page = Number(at.dataset.with);
      showList().then(() => $(".lib-told").scrollIntoView({ block: "nearest" }));
    },
    category: (at) => {
      look({ category: at.dataset.with });
      const menu = $('[name="category"]');
      if (![...menu.options].some((one) => one.value === at.dataset.with)) {
        menu.add(new Option(at.dataset.with, at.dataset.with));
      }
      menu.value = at.dataset.with;
    },
    year: (at, event) => {
      const year = at.dataset.with;
      if (event.shiftKey && state.low && year) {
        const ends = [Number(state.low), Number(state.high), Number(year)];
        look({ low: Math.min(...ends), high: Math.max(...ends) });
      } else if (String(state.low) === year && String(state.high) === year) {
        look({ low: "", high: "" });
      } else look({ low: year, high: year });
    },
    all: () => look({ meaning: false }, false),
    meaning: () => look({ meaning: !state.meaning }, false),
    map: async (at) => {
      const box = $(".lib-seen");
      box.hidden = !box.hidden;
      at.setAttribute("aria-expanded", String(!box.hidden));
      if (box.hidden) return;
      if (!box.innerHTML) box.innerHTML = '<p class="lib-note">Drawing the map…</p>';
      const reply = await call("map");
      if (told(reply)) box.innerHTML = reply.html;
    },
    add: (at) => {
      if (at.tagName === "FORM") submitted(at);
      else {
        openForm($(".lib-adding").hidden);
        if (!$(".lib-adding").hidden) $('[name="names"]').focus();
      }
    },
    back: () => leavePaper(),
    remove: (at) => remove(JSON.parse(at.dataset.with)),
    restore: (at) => restore(JSON.parse(at.dataset.with)),
    unpick: () => {
      chosen.clear();
      page.root.querySelectorAll("[data-pick], [data-do='pick-all']").forEach((box) => {
        box.checked = false;
      });
      showChosen();
    },
    dismiss: () => { $(".lib-notice").hidden = true; },
    split: async (at) => {
      const records = [...page.root.querySelectorAll("[data-record]:checked")]
        .map((box) => box.dataset.record);
      const reply = await call("split", { id: at.dataset.with, records });
      if (!told(reply)) return;
      await showPaper(reply.ids[0], false);
      const undo = document.createElement("button");
      undo.type = "button";
      undo.className = "quiet";
      undo.textContent = "Undo";
      Object.assign(undo.dataset, { do: "join", one: reply.ids[0], other: reply.ids[1] });
      notice(reply.told, reply.ids.length > 1 ? undo.outerHTML : "");
    },
    join: async (at) => {
      const pair = at.tagName === "FORM"
        ? Object.fromEntries(new FormData(at)) : { one: at.dataset.one, other: at.dataset.other };
      const reply = await call("join", pair);
      if (!told(reply)) return;
      await showPaper(reply.id, false);
      notice(reply.told);
    },
    steer: async (at) => showAdding(
      await call("steer", { job: at.dataset.job, how: at.dataset.with })),
    vectors: async (at) => showAdding(await call("vectors", { how: at.dataset.with })),
  };

  const clicked = (event) => {
    const link = event.target.closest("a[data-go]");
    const newTab = event.metaKey || event.ctrlKey || event.shiftKey || event.button;
    if (link && newTab) event.stopPropagation(); // the browser opens it, not this page
    else if (link) event.preventDefault();
    const at = event.target.closest("button[data-do]");
    if (at && does[at.dataset.do]) does[at.dataset.do](at, event);
  };

  const picked = (event) => {
    const at = event.target;
    if (at.dataset.pick !== undefined) {
      if (at.checked) chosen.add(at.dataset.pick);
      else chosen.delete(at.dataset.pick);
      showChosen();
    } else if (at.dataset.do === "pick-all") {
      page.root.querySelectorAll("[data-pick]").forEach((box) => {
        box.checked = at.checked;
        if (at.checked) chosen.add(box.dataset.pick);
        else chosen.delete(box.dataset.pick);
      });
      showChosen();
    } else if (at.dataset.record !== undefined) {
      const all = [...page.root.querySelectorAll("[data-record]")];
      const some = all.filter((box) => box.checked).length;
      $('[data-do="split"]').disabled = !some || some === all.length;
    } else if (["category", "source", "sort"].includes(at.name)) {
      look({ [at.name]: at.value }, at.name !== "sort");
    } else if (at.name === "files") {
      add([...at.files]).then(() => { at.value = ""; });
    }
  };

  let typing = 0;
  const typed = (event) => {
    if (event.target.name !== "words") return;
    clearTimeout(typing);
    typing = setTimeout(() => look({ words: event.target.value, meaning: false }), TYPING_MS);
  };

  const dropped = (root) => {
    const mark = (on) => root.classList.toggle("dropping", on);
    root.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      mark(true);
    });
    root.addEventListener("dragleave", (event) => {
      if (!root.contains(event.relatedTarget)) mark(false);
    });
    root.addEventListener("drop", (event) => {
      mark(false);
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      add([...event.dataTransfer.files]);
    });
  };

  // --- beginning ------------------------------------------------------------------------------------

  document.addEventListener("library:there", (event) => {
    const { element, server, upload } = event.detail;
    page = { root: element, server, upload };
    element.addEventListener("click", clicked);
    element.addEventListener("change", picked);
    element.addEventListener("input", typed);
    element.addEventListener("submit", (submit) => {
      submit.preventDefault();
      does[submit.target.dataset.do](submit.target);
    });
    dropped(element);
    follow();
    refresh();
    if (wanted) wanted();
    wanted = null;
  });

  /* Verbs of other views: they open the tab, and wait for it if it was never open. */
  const whenThere = (then) => {
    if (page && page.root.isConnected) then();
    else wanted = then;
    openTab();
  };
  document.addEventListener("go:paper", (event) => whenThere(() => showPaper(event.detail)));
  document.addEventListener("go:similar", (event) => whenThere(() => {
    $('[name="words"]').value = "";
    look({ ...FRESH, like: event.detail });
  }));

  window.addEventListener("popstate", () => {
    const id = addressed();
    if (id) whenThere(() => showPaper(id, false));
    else if (page && page.root.isConnected) leavePaper(false);
  });

  if (addressed()) whenThere(() => showPaper(addressed(), false));
})();
