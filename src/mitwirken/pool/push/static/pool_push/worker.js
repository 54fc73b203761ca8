// Shows a notice that came while no page of ours was open. It stores nothing and fetches nothing.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("push", (event) => {
  let message = {};
  try { message = event.data.json(); } catch { return; }
  event.waitUntil(registration.showNotification(message.title, {
    body: message.body,
    lang: message.lang,
    // The same notice twice is one notice.
    tag: message.tag,
    data: { url: message.url },
  }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = event.notification.data?.url ?? "";
  // Our own pages only, whatever the message says.
  if (new URL(url, location.href).origin === location.origin) event.waitUntil(clients.openWindow(url));
});
