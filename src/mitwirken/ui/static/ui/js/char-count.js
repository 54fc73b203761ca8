// Says how many characters are left: always to the eye, to the ear only near the end.
customElements.define("char-count", class extends HTMLElement {
  connectedCallback() {
    const input = document.getElementById(this.dataset.for);
    if (!input) return;
    const max = Number(this.dataset.max);
    const voice = document.createElement("span");
    voice.className = "kern-sr-only";
    voice.setAttribute("role", "status");
    this.after(voice);
    const first = this.textContent;
    input.addEventListener("input", () => {
      const left = max - input.value.length;
      this.textContent = `${first} – ${left} ${this.dataset.left}`;
      clearTimeout(this.timer);
      if (left < max / 10) this.timer = setTimeout(() => { voice.textContent = `${left} ${this.dataset.left}`; }, 1000);
    });
  }
});
