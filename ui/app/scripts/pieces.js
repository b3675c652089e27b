/* What is on the page in pieces (ui/app/pieces.py): a message names the pieces of each place in
   order, with the HTML of those that are new; the others stay as they are, and those not named go.
   The last piece of the evidence is the newest: it is the one that is shown. Runs once, when the
   page has loaded. */
(() => {
  const made = (key, html) => {
    const frame = document.createElement("template");
    frame.innerHTML = html;
    const element = frame.content.firstElementChild;
    element.dataset.piece = key;
    return element;
  };

  /* Puts the pieces into the box; whether all were there to keep. */
  const put = (box, pieces) => {
    const held = new Map([...box.children].map((child) => [child.dataset.piece, child]));
    const named = new Set(pieces.map(([key]) => key));
    const all = pieces.map(([key, html]) => (html === undefined ? held.get(key) : made(key, html)));
    const wanted = all.filter(Boolean);
    const kept = new Set(wanted);
    held.forEach((child, key) => {
      if (!named.has(key) || !kept.has(child)) child.remove();
    });
    let next = box.firstElementChild;
    wanted.forEach((element) => {
      if (element === next) next = next.nextElementSibling;
      else box.insertBefore(element, next);
    });
    return wanted.length === pieces.length;
  };

  document.addEventListener("pieces", ({ detail }) => {
    if (!detail) return;
    const whole = Object.entries(JSON.parse(detail)).map(([place, pieces]) =>
      put(document.querySelector(`#${place} .pieces`), pieces),
    );
    const newest = document.querySelector("#evidence .pieces").lastElementChild;
    document.querySelectorAll("#evidence .evidence").forEach((section) => {
      section.hidden = section !== newest;
    });
    if (!whole.every(Boolean)) document.dispatchEvent(new CustomEvent("pieces-lacking"));
  });
})();
