// The citizen pages' script: USWDS's behaviours, htmx, times, the live socket, the reader's own parts. Signing is sign.js.

import accordion from "@uswds/uswds/js/usa-accordion";
import banner from "@uswds/uswds/js/usa-banner";
import navigation from "@uswds/uswds/js/usa-header";
import skipnav from "@uswds/uswds/js/usa-skipnav";
import htmx from "htmx.org";

import { keepCredits } from "./credits.js";
import { Live, Parts, announceTurnings, keepPause } from "./live.js";
import { Mine } from "./mine.js";
import { keepTimes } from "./times.js";

const STRIP_SECONDS = 30;

// What htmx would otherwise do and the page's security policy forbids, or nobody needs.
Object.assign(htmx.config, { includeIndicatorStyles: false, attributesToSettle: ["class"], allowEval: false, historyCacheSize: 0, refreshOnHistoryMiss: true, selfRequestsOnly: true });

function keepDisclosures() {
  let open = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    open = [...event.detail.target.querySelectorAll("details[open][id]")].map((element) => element.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  });
}

// htmx's own history keeps copies of whole pages in the browser, so it is off; an address that the server gives is taken here.
function takeAddress() {
  document.addEventListener("htmx:afterRequest", (event) => {
    const address = event.detail.xhr?.getResponseHeader("HX-Replace-Url");
    if (address) history.replaceState(null, "", address);
  });
}

function submitOnChange() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });
}

// The strip about the record: each block moves its time; where the socket brings none, it is asked for now and then.
function keepStrip() {
  let heard = Date.now();
  document.addEventListener("portal:chain:block", (event) => {
    heard = Date.now();
    for (const element of document.querySelectorAll("[data-last-entry]")) element.dateTime = event.detail.at;
  });
  setInterval(() => {
    const strip = document.querySelector("[data-strip]");
    if (!strip || document.hidden || Date.now() - heard < STRIP_SECONDS * 1000) return;
    heard = Date.now();
    htmx.ajax("get", strip.dataset.strip, { source: strip, target: strip, swap: "innerHTML" });
  }, STRIP_SECONDS * 1000);
}

// A signed act that made something: when its window is closed, on to what it made.
function followMade() {
  document.addEventListener("portal:act:closed", ({ detail }) => {
    const button = document.querySelector(`[data-sign="${detail.act}"][data-sign-done]`);
    if (!button || !["mined", "final"].includes(detail.status)) return;
    const url = new URL(button.dataset.signDone, location.href);
    url.searchParams.set("act", detail.digest);
    location.assign(url);
  });
}

function begin() {
  for (const component of [accordion, banner, navigation, skipnav]) component.on(document.body);
  keepTimes();
  keepStrip();
  keepPause();
  keepDisclosures();
  submitOnChange();
  keepCredits();
  announceTurnings();
  followMade();
  takeAddress();
  new Mine(htmx);
  // Each part asks for itself: requests of one source would wait for each other, and all but the last be dropped.
  new Parts((part) => htmx.ajax("get", part.dataset.liveUrl, { source: part, target: part, swap: "innerHTML" }));
  const address = document.querySelector('meta[name="portal-live"]')?.content;
  if (address) new Live(address).open();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
