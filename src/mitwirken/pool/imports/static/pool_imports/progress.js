// The page of a list while work goes on: fetched again every two seconds, until it is over. Without this file the
// page reloads by itself.
const next = async () => {
  const page = await fetch(location.href, { headers: { "X-Requested-With": "progress" } });
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("progress");
  const shown = document.getElementById("progress");
  if (!fresh?.hasAttribute("data-working")) return location.reload();
  shown.replaceChildren(...fresh.childNodes);
  setTimeout(next, 2000);
};
setTimeout(next, 2000);
