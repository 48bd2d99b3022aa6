// The parts of a page that depend on who reads: loaded from the server for the wallet's address.
//
//   <div data-mine="/proposals/24/parts/ballot">…</div>
//
// The address goes along as a query parameter, never as a cookie: what it shows is public anyway.

import { shortAddress } from "./wallet.js";

const READ_BACK = [500, 2000, 5000]; // ms

export class Mine {
  #address = null;
  #late = false;

  constructor(htmx) {
    this.htmx = htmx;
    document.addEventListener("portal:wallet", (event) => this.#changed(event.detail));
    document.addEventListener("portal:act", (event) => this.#moved(event.detail.status));
    document.addEventListener("portal:act:closed", () => this.reload());
    document.addEventListener("htmx:afterSwap", (event) => this.#again(event.detail.target));
    document.addEventListener("portal:dialog:closed", () => this.#late && this.reload());
    document.addEventListener("portal:proposal:state_changed", () => this.reload({ unlessTyping: true }));
    document.addEventListener("portal:pause:changed", () => this.reload({ unlessTyping: true, anyone: true }));
    document.addEventListener("portal:chain:reverted", () => this.reload());
    document.addEventListener("portal:vote:cast", (event) => {
      if (event.detail.data?.voter?.toLowerCase() === this.#address?.toLowerCase()) this.reload();
    });
  }

  get address() {
    return this.#address;
  }

  /** @param {{unlessTyping?: boolean, anyone?: boolean}} options anyone: also for a reader without a wallet. */
  reload({ unlessTyping = false, anyone = false } = {}) {
    if (!this.#address && !anyone) return;
    // Under an open window nobody sees it; it would say twice what the window says.
    this.#late = Boolean(document.querySelector("dialog[open]"));
    if (this.#late) return;
    for (const part of document.querySelectorAll("[data-mine]")) {
      if (unlessTyping && part.contains(document.activeElement)) continue;
      this.load(part);
    }
  }

  load(part) {
    const url = new URL(part.dataset.mine, location.href);
    if (this.#address) url.searchParams.set("address", this.#address);
    this.htmx.ajax("get", url.pathname + url.search, { source: part, target: part, swap: "innerHTML" });
  }

  // A part that changes by itself after a while says so: <div data-reload-in="30">, in seconds.
  #again(part) {
    const seconds = part.matches?.("[data-mine]") && part.querySelector("[data-reload-in]")?.dataset.reloadIn;
    if (seconds) setTimeout(() => this.reload({ unlessTyping: true }), Number(seconds) * 1000);
  }

  // What was mined is read back from the record a moment later: then it shows.
  #moved(status) {
    if (status === "final" || status === "failed") this.reload();
    if (status === "mined") for (const wait of READ_BACK) setTimeout(() => this.reload(), wait);
  }

  #changed({ address, name }) {
    const before = this.#address;
    this.#address = address;
    for (const element of document.querySelectorAll("[data-me]")) {
      element.querySelector("[data-me-in]").hidden = !address;
      element.querySelector("[data-me-out]").hidden = Boolean(address);
      const slot = element.querySelector("[data-me-name]");
      if (address) slot.textContent = shortAddress(address);
      element.title = name ?? "";
    }
    if (address === before) return;
    for (const part of document.querySelectorAll("[data-mine]")) this.load(part);
  }
}
