// Small conveniences on top of pages that work without them. One file per island, fetched only where it is used.
const islands = {
  "char-count": "char-count",
  "district-map": "district-map",
  "offer-map": "offer-map",
  "place-picker": "place-picker",
  "two-click-video": "two-click-video",
  "form.filter": "filter",
};
for (const [selector, file] of Object.entries(islands)) {
  if (document.querySelector(selector)) import(`./${file}.js`);
}
if (document.querySelector("[hx-get], [hx-post]")) {
  const fetchHtmx = () => {
    const script = document.createElement("script");
    script.src = new URL("../../vendor/htmx.js", import.meta.url);
    document.head.append(script);
  };
  // Only a complete page: htmx that arrives between "interactive" and "complete" waits for an event that is over.
  if (document.readyState === "complete") fetchHtmx();
  else addEventListener("load", fetchHtmx);
}

const root = document.documentElement;

const toggles = document.querySelectorAll("[data-theme-toggle]");
const dark = () => root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
const show = () => toggles.forEach((button) => button.setAttribute("aria-pressed", String(dark())));
show();
for (const button of toggles) {
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* Then it lasts for this page. */ }
    show();
  });
}

// Without this file the opener is a link to a page with the same content.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-print]")) print();
});

document.querySelector("[data-focus]")?.focus();

// A form that was sent once is not sent twice by a second click; coming back makes it usable again.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
