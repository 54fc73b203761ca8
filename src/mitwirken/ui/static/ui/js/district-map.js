// Shows which entry of the list a tile belongs to, and the other way round; arrow keys move on the map.
customElements.define("district-map", class extends HTMLElement {
  connectedCallback() {
    const tiles = [...this.querySelectorAll("a[data-district]")];
    const near = (slug, on) => {
      for (const each of document.querySelectorAll(`[data-district="${CSS.escape(slug)}"]`)) each.classList.toggle("is-near", on);
    };
    for (const each of document.querySelectorAll("[data-district]")) {
      const slug = each.dataset.district;
      for (const name of ["pointerenter", "focusin"]) each.addEventListener(name, () => near(slug, true));
      for (const name of ["pointerleave", "focusout"]) each.addEventListener(name, () => near(slug, false));
    }
    this.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const here = event.target.closest("a[data-district]");
      if (!way || !here) return;
      event.preventDefault();
      const centre = (tile) => { const box = tile.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
      const [x, y] = centre(here);
      const reach = (tile) => {
        const [dx, dy] = [centre(tile)[0] - x, centre(tile)[1] - y];
        const along = dx * way[0] + dy * way[1];
        const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
        return along > 1 ? along + 2 * aside : Infinity;
      };
      const next = tiles.filter((tile) => tile !== here).sort((a, b) => reach(a) - reach(b))[0];
      if (next && reach(next) < Infinity) next.focus();
    });
  }
});
