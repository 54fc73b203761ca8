// Puts each entry of the GeoJSON as a pin into its district's tile. The list has the same links, so pins stay
// out of the tab order; hovering one lights up its entry.
const SVG = "http://www.w3.org/2000/svg";

customElements.define("offer-map", class extends HTMLElement {
  // A point without a named district goes to the one whose centre is nearest.
  nearest(geometry) {
    if (geometry?.type !== "Point") return [];
    const [lon, lat] = geometry.coordinates;
    const away = ({ dataset }) => (dataset.lat - lat) ** 2 + ((dataset.lon - lon) * Math.cos((lat * Math.PI) / 180)) ** 2;
    const tiles = [...this.querySelectorAll("[data-lat]")].sort((a, b) => away(a) - away(b));
    return tiles.slice(0, 1).map((tile) => tile.dataset.district);
  }

  entry(url) {
    const links = document.getElementById(this.dataset.list)?.querySelectorAll("a[href]") ?? [];
    return [...links].find((link) => link.pathname === new URL(url, location).pathname);
  }

  async connectedCallback() {
    if (!this.dataset.src || this.dataset.src.startsWith("#")) return;
    let features;
    try {
      features = (await (await fetch(this.dataset.src)).json()).features ?? [];
    } catch {
      return; // The tiles with their numbers remain.
    }
    const count = {};
    for (const { properties, geometry } of features) {
      const named = [properties.district ?? properties.districts ?? []].flat();
      for (const slug of named.length ? named : this.nearest(geometry)) {
        const tile = this.querySelector(`[data-district="${CSS.escape(slug)}"] > g`);
        const place = (count[slug] = (count[slug] ?? 0) + 1) - 1;
        if (!tile || place > 9) continue;
        tile.querySelector(".n")?.remove();
        const pin = document.createElementNS(SVG, "circle");
        pin.setAttribute("class", "pin");
        pin.setAttribute("cx", 24 + (place % 5) * 18);
        pin.setAttribute("cy", 92 + Math.floor(place / 5) * 16);
        pin.setAttribute("r", 7);
        const title = document.createElementNS(SVG, "title");
        title.textContent = properties.title;
        pin.append(title);
        tile.append(pin);
        const entry = this.entry(properties.url);
        const near = (on) => entry?.closest("article, li")?.classList.toggle("is-near", on);
        pin.addEventListener("pointerenter", () => near(true));
        pin.addEventListener("pointerleave", () => near(false));
        pin.addEventListener("click", (event) => {
          event.preventDefault();
          event.stopPropagation();
          location.assign(properties.url);
        });
      }
    }
  }
});
