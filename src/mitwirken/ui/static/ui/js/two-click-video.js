// Nothing is loaded from the provider before the person asks for it.
customElements.define("two-click-video", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-play]")?.addEventListener("click", () => {
      if (/\.(mp4|webm)(\?|$)/.test(this.dataset.src)) return this.playFile();
      const frame = document.createElement("iframe");
      frame.src = this.dataset.src;
      frame.title = this.dataset.title;
      frame.allow = "fullscreen; autoplay";
      frame.allowFullscreen = true;
      frame.referrerPolicy = "no-referrer";
      this.replaceChildren(frame);
      frame.focus();
    });
  }

  // A film that is a file plays in the browser's own player, with captions from our own address.
  playFile() {
    const film = document.createElement("video");
    Object.assign(film, { src: this.dataset.src, controls: true, autoplay: true, playsInline: true });
    film.setAttribute("aria-label", this.dataset.title);
    if (this.dataset.track) {
      const track = document.createElement("track");
      Object.assign(track, { kind: "captions", srclang: "de", label: "Deutsch", src: this.dataset.track, default: true });
      film.append(track);
    }
    this.replaceChildren(film);
    film.focus();
  }
});
