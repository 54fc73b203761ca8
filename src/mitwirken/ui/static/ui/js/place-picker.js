// Fills in the place's inputs from a map: a tile chooses the district, a click on the real map sets the point.
// Leaflet comes only where tiles are configured and only when the map is opened.
const vendor = new URL("../../vendor/leaflet/", import.meta.url);

customElements.define("place-picker", class extends HTMLElement {
  connectedCallback() {
    this.district = document.getElementById(this.dataset.district);
    this.lat = document.getElementById(this.dataset.lat);
    this.lon = document.getElementById(this.dataset.lon);
    for (const tile of this.querySelectorAll("g[data-district]")) {
      tile.addEventListener("click", () => this.choose(tile.dataset.district, tile.dataset.name));
    }
    this.district?.addEventListener("change", () => this.mark());
    this.mark();
    this.querySelector("details")?.addEventListener("toggle", () => this.open(), { once: true });
  }

  option(slug, name) {
    return [...(this.district?.options ?? [])].find((each) => each.value === slug || each.text === name);
  }

  choose(slug, name) {
    const option = this.option(slug, name);
    if (!option) return;
    this.district.value = option.value;
    this.district.dispatchEvent(new Event("change", { bubbles: true }));
  }

  mark() {
    for (const tile of this.querySelectorAll("g[data-district]")) {
      const option = this.option(tile.dataset.district, tile.dataset.name);
      tile.classList.toggle("is-chosen", Boolean(option?.value) && option.value === this.district?.value);
    }
  }

  async open() {
    const box = this.querySelector("[data-map]");
    if (!box || !this.lat || !this.lon) return;
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL("leaflet.css", vendor);
    const script = document.createElement("script");
    script.src = new URL("leaflet.js", vendor);
    document.head.append(sheet, script);
    await new Promise((loaded, failed) => { script.onload = loaded; script.onerror = failed; });
    const L = window.L;
    const places = JSON.parse(box.dataset.places || "[]");
    const map = L.map(box).setView([0, 0], 2);
    if (places.length) map.fitBounds(places.map(([, lat, lon]) => [lat, lon]));
    L.tileLayer(this.dataset.tiles, { attribution: this.dataset.attribution }).addTo(map);
    const said = this.querySelector("[data-said]");
    let point = null;
    const set = ({ lat, lng }) => {
      this.lat.value = lat.toFixed(6);
      this.lon.value = lng.toFixed(6);
      point = (point ?? L.circleMarker([lat, lng], { radius: 10 }).addTo(map)).setLatLng([lat, lng]);
      said.textContent = said.dataset.set;
    };
    const typed = () => {
      const [lat, lng] = [Number.parseFloat(this.lat.value), Number.parseFloat(this.lon.value)];
      if (Number.isFinite(lat) && Number.isFinite(lng)) { set({ lat, lng }); map.setView([lat, lng], 15); }
    };
    typed();
    for (const input of [this.lat, this.lon]) input.addEventListener("change", typed);
    map.on("click", (event) => set(event.latlng));
    this.querySelector("#place-here")?.addEventListener("click", () => set(map.getCenter()));
    this.querySelector("#place-none")?.addEventListener("click", () => {
      point?.remove();
      point = null;
      this.lat.value = this.lon.value = "";
      said.textContent = said.dataset.removed;
    });
  }
});
