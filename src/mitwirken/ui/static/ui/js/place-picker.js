// Fills in the place's inputs: a tile chooses the district, a click on the real map or the browser itself sets the point.
// Leaflet comes only where tiles are configured and only when the map is opened.
const vendor = new URL("../../vendor/leaflet/", import.meta.url);
// Four digits behind the point are about ten metres: nobody needs to say more exactly where they stand.
const DIGITS = 4;

customElements.define("place-picker", class extends HTMLElement {
  connectedCallback() {
    this.district = document.getElementById(this.dataset.district);
    this.lat = document.getElementById(this.dataset.lat);
    this.lon = document.getElementById(this.dataset.lon);
    this.said = this.querySelector("[data-said]");
    for (const tile of this.querySelectorAll("g[data-district]")) {
      tile.addEventListener("click", () => this.choose(tile.dataset.district, tile.dataset.name));
    }
    this.district?.addEventListener("change", () => this.mark());
    this.mark();
    this.querySelector("#place-none")?.addEventListener("click", () => this.set("", "", "removed"));
    this.offerMine();
    const details = this.querySelector("details");
    if (details?.open) this.open();
    else details?.addEventListener("toggle", () => this.open(), { once: true });
  }

  // The option of a list or the box of a group that stands for a district.
  choice(slug, name) {
    const choices = this.district?.querySelectorAll("option, input[type=checkbox]") ?? [];
    return [...choices].find((each) => each.value === slug || (each.text ?? each.labels[0].textContent).trim() === name);
  }

  choose(slug, name) {
    const found = this.choice(slug, name);
    if (found?.matches("input")) found.click();
    else if (found) {
      this.district.value = found.value;
      this.district.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  mark() {
    for (const tile of this.querySelectorAll("g[data-district]")) {
      const found = this.choice(tile.dataset.district, tile.dataset.name);
      tile.classList.toggle("is-chosen", Boolean(found?.value) && found.matches(":checked"));
    }
  }

  set(lat, lon, word = "set") {
    this.lat.value = lat;
    this.lon.value = lon;
    this.lon.dispatchEvent(new Event("change", { bubbles: true }));
    this.said.textContent = this.said.dataset[word];
  }

  // The browser asks its owner first, and what it says goes into the two inputs and nowhere else.
  offerMine() {
    const mine = this.querySelector("[data-mine]");
    if (!mine || !this.lat || !this.lon || !navigator.geolocation || !isSecureContext) return;
    mine.hidden = false;
    mine.addEventListener("click", () => {
      this.said.textContent = this.said.dataset.asks;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => this.set(coords.latitude.toFixed(DIGITS), coords.longitude.toFixed(DIGITS)),
        () => { this.said.textContent = this.said.dataset.refused; },
        { timeout: 20000, maximumAge: 60000 },
      );
    });
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
    let point = null;
    const show = () => {
      const [lat, lng] = [Number.parseFloat(this.lat.value), Number.parseFloat(this.lon.value)];
      if (Number.isFinite(lat) && Number.isFinite(lng)) {
        point = (point ?? L.circleMarker([lat, lng], { radius: 10 }).addTo(map)).setLatLng([lat, lng]);
        if (!map.getBounds().contains([lat, lng])) map.setView([lat, lng], 15);
      } else {
        point?.remove();
        point = null;
      }
    };
    show();
    if (point) map.setView(point.getLatLng(), 15);
    for (const input of [this.lat, this.lon]) input.addEventListener("change", show);
    const take = ({ lat, lng }) => this.set(lat.toFixed(6), lng.toFixed(6));
    map.on("click", (event) => take(event.latlng));
    this.querySelector("#place-here")?.addEventListener("click", () => take(map.getCenter()));
  }
});
