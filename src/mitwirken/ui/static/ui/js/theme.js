// Runs before the first paint: whether there is JavaScript, and which theme the person chose.
document.documentElement.classList.add("js");
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch { /* Storage may be forbidden; the system's theme is fine then. */ }
