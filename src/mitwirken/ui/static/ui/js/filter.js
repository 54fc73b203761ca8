// After a choice the list is new, and so are the numbers beside the choices. The form itself stays: so does the focus.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form.filter");
  if (!form || !event.detail.successful) return;
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  for (const count of form.querySelectorAll(".count[id]")) {
    const fresh = page.getElementById(count.id);
    if (fresh) count.textContent = fresh.textContent;
  }
});

// Beside the results the filter stands open; above them it is one line until someone wants it.
const wide = matchMedia("(min-width: 60rem)");
const fold = () => {
  for (const box of document.querySelectorAll(".filter-box")) box.open = wide.matches;
};
wide.addEventListener("change", fold);
fold();

// On a small screen the button shows the results: it folds the filter away and goes there.
document.addEventListener("submit", (event) => {
  const box = event.target.closest(".filter-box");
  if (!box || wide.matches) return;
  box.open = false;
  box.querySelector("summary").focus();
});
