// Switches notices on for this browser. Without it, the page says what to do instead.
const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};
const words = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

customElements.define("push-device", class extends HTMLElement {
  connectedCallback() {
    if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
    document.querySelector("[data-push-without]").hidden = true;
    this.hidden = false;
    this.querySelector("form").addEventListener("submit", (event) => {
      if (event.target.dataset.ready) return;
      event.preventDefault();
      event.stopPropagation(); // The page would count this as sent.
      this.switchOn(event.target);
    });
  }

  async switchOn(form) {
    try {
      if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
      const worker = await navigator.serviceWorker.register(this.dataset.worker, { scope: this.dataset.scope });
      await this.running(worker);
      const given = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(this.dataset.key) });
      form.elements.endpoint.value = given.endpoint;
      form.elements.p256dh.value = words(given.getKey("p256dh"));
      form.elements.auth.value = words(given.getKey("auth"));
      form.dataset.ready = "yes";
      form.submit();
    } catch {
      const refusal = document.querySelector("[data-push-refused]");
      refusal.hidden = false;
      refusal.focus();
    }
  }

  running(registration) {
    const worker = registration.installing || registration.waiting;
    if (!worker) return null;
    return new Promise((done) => {
      worker.addEventListener("statechange", () => { if (worker.state === "activated") done(); });
      if (worker.state === "activated") done();
    });
  }
});
