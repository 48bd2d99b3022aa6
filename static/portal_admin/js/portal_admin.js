"use strict";
// Progressive touches only: each page works without this file, except that signing needs a wallet and so a script.
(() => {
  // The day stands before the month, as the server writes it, in English too.
  const language = document.documentElement.lang || "en";
  const locale = language === "en" ? "en-GB" : language;

  // Times come in UTC; the reader sees their own zone, with the UTC beside it where the two differ.
  const LENGTHS = {
    short: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    long: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  };
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" };
  for (const element of document.querySelectorAll("time[data-when]")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    if (element.dataset.when === "day") {
      element.textContent = moment.toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" });
      continue;
    }
    const utc = document.createElement("span");
    utc.className = "utc";
    const offset = moment.getTimezoneOffset();
    utc.textContent = offset ? `(${moment.toLocaleTimeString(locale, clock)} UTC)` : "UTC";
    element.replaceChildren(moment.toLocaleString(locale, LENGTHS[element.dataset.when]), " ", utc);
  }

  // A button that can't be taken back wakes up when the word is typed. The server checks the word in any case.
  for (const form of document.querySelectorAll("[data-confirm-word]")) {
    const word = form.elements.word;
    const go = form.querySelector("[data-confirm-go]");
    const check = () => go.setAttribute("aria-disabled", String(word.value.trim() !== form.dataset.confirmWord));
    word.addEventListener("input", check);
    form.addEventListener("submit", (event) => {
      if (go.getAttribute("aria-disabled") !== "true") return;
      event.preventDefault();
      word.focus();
    });
    check();
  }

  // Esc closes the small menu and gives the focus back.
  const menu = document.querySelector(".small-menu");
  menu?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // What became of an act, said on the page; once it is counted, the page is read anew.
  const status = document.querySelector("[data-sign-status]");
  const counted = ["mined", "final"];
  document.addEventListener("portal:act:closed", ({ detail }) => {
    if (counted.includes(detail.status)) window.location.reload();
  });
  document.addEventListener("portal:act", ({ detail }) => {
    if (counted.includes(detail.status) && !document.querySelector("dialog[open]")) window.location.reload();
  });

  // A call that goes from the officer's own wallet to the contract, without the relayer.
  const say = (key) => {
    const words = document.querySelector(`template[data-send-words="${key}"]`);
    if (status && words) status.textContent = words.content.textContent;
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-send-call]");
    const wallets = window.portal?.wallets;
    if (!button || !wallets) return;
    if (!wallets.provider) {
      say("wallet");
      return;
    }
    button.disabled = true;
    say("asking");
    try {
      await wallets.sendTransaction(JSON.parse(button.dataset.sendCall));
      say("sent");
      const then = button.dataset.sendThen;
      window.setTimeout(() => (then ? window.location.assign(then) : window.location.reload()), 8000);
    } catch {
      say("refused");
      button.disabled = false;
    }
  });
})();
