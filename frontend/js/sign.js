// Signing, from "review and sign" to "final". Works for every act, on any page that includes the dialogue
// (templates/components/sign_dialog.html): the portal's pages and the administration site.
//
//   <form data-sign="vote" data-sign-fields='{"proposalId": "24"}'>   named controls become fields of the act
//   <button data-sign="endorse" data-sign-fields='{"proposalId": "12"}'>
//   <button data-send="queue" data-send-transaction='{"to": …}'>      a transaction of the wallet's own, nothing relayed
//   <button data-wallet>                                              opens the choice of a wallet
//
// Events on document: portal:wallet {address, name}, portal:act {act, fields, digest, status, body}.
// From other scripts: portal.sign(act, fields), portal.wallets.

import { Acts, Problem } from "./acts.js";
import { Dialog, fill, markSteps } from "./dialog.js";
import { WalletRefused, Wallets, shortAddress } from "./wallet.js";

const SLOW_SECONDS = 60;
/** @type {Intl.DateTimeFormatOptions} */
const WHEN = { dateStyle: "medium", timeStyle: "short" };
const FINGERPRINT = /^0x[0-9a-fA-F]{8,}/; // shown in figures of one width

class Signing {
  #dialog;
  #acts;
  #chainId;
  #pending = null; // {act, fields, draft, signature, digest, body}
  #following = null;

  constructor(element) {
    this.wallets = new Wallets();
    this.#dialog = new Dialog(element);
    this.#acts = new Acts(element.dataset.api, element.dataset.csrf ?? "");
    this.#chainId = Number(element.dataset.chainId);
    const handlers = {
      wallet: (button) => this.#connect(button.dataset.uuid),
      switch: () => this.#guard(() => this.#switchChain()),
      sign: () => this.#guard(() => this.#signInWallet()),
      again: () => this.#guard(() => this.#prepare()),
      other: () => this.#choose(),
      forget: () => {
        this.wallets.forget();
        this.#dialog.close();
      },
      wait: () => this.#dialog.show("sent"),
      self: () => this.#guard(() => this.#sendMyself()),
      save: () => this.#saveReceipt(),
      closed: () => this.#closed(),
    };
    for (const [name, handler] of Object.entries(handlers)) this.#dialog.on(name, handler);
    document.addEventListener("portal:wallets", () => this.#dialog.state === "choose" && this.#listWallets());
  }

  /** Begins an act. @param {string} act @param {object} fields as POST /api/acts/typed-data takes them */
  async start(act, fields) {
    this.#following?.abort();
    this.#pending = { act, fields };
    this.#dialog.about(act);
    if (this.wallets.provider) await this.#guard(() => this.#prepare());
    else this.#choose();
  }

  /** Has the wallet send a transaction of its own. @param {string} act whose words to show */
  async send(act, transaction) {
    this.#following?.abort();
    this.#pending = { act, transaction };
    this.#dialog.about(act);
    if (this.wallets.provider) await this.#guard(() => this.#prepare());
    else this.#choose();
  }

  /** Shows the wallet in use, or the choice of one. */
  openWallet() {
    this.#pending = null;
    this.#dialog.about("");
    if (!this.wallets.address) return this.#choose();
    this.#dialog.fill("wallet-name", this.wallets.name);
    this.#dialog.fill("address", this.wallets.address);
    this.#dialog.show("account");
  }

  #choose() {
    this.#listWallets();
    this.#dialog.show("choose");
  }

  #listWallets() {
    const section = this.#dialog.section("choose");
    const [list, template] = [section.querySelector("[data-wallets]"), section.querySelector("template")];
    const found = this.wallets.list();
    list.replaceChildren(
      ...found.map((detail) => {
        const item = template.content.cloneNode(true);
        item.querySelector("button").dataset.uuid = detail.info.uuid;
        fill(item, "name", detail.info.name);
        item.querySelector(this.wallets.isLast(detail) ? "[data-found]" : "[data-last]").remove();
        return item;
      }),
    );
    section.querySelector("[data-none]").hidden = found.length > 0;
  }

  async #connect(uuid) {
    await this.#guard(async () => {
      await this.wallets.connect(uuid);
      if (this.#pending) await this.#prepare();
      else this.#dialog.close();
    });
  }

  // The server writes what is to be signed, or says why it would fail; nothing is signed before that is read.
  async #prepare() {
    if (!this.wallets.provider) return this.#choose();
    if ((await this.wallets.chainId()) !== this.#chainId) return this.#dialog.show("chain");
    const { act, fields, transaction } = this.#pending;
    if (transaction) return this.#sendOwn(transaction);
    const draft = await this.#acts.draft(act, this.wallets.address, fields);
    this.#pending = { act, fields, draft, digest: draft.digest };
    this.#showRows(draft);
    this.#dialog.show("read");
  }

  #showRows({ summary, typedData, deadline }) {
    const section = this.#dialog.section("read");
    // The contract's own sentence, letter by letter as the wallet will show it.
    fill(section, "statement", typedData.message.statement);
    const rows = summary.map(({ label, value }) => {
      const row = section.querySelector("template").content.cloneNode(true);
      fill(row, "label", label);
      fill(row, "value", value);
      if (FINGERPRINT.test(value)) row.querySelector("dd").classList.add("is-code");
      return row;
    });
    section.querySelector("dl").replaceChildren(...rows);
    fill(section, "document", JSON.stringify(typedData, null, 2));
    this.#dialog.fill("deadline", new Date(deadline * 1000).toLocaleString(document.documentElement.lang, WHEN));
  }

  async #switchChain() {
    if (await this.wallets.switchChain(this.#chainId)) await this.#prepare();
  }

  async #signInWallet() {
    this.#dialog.show("wait");
    const { act, fields, draft } = this.#pending;
    const signer = this.wallets.address;
    const signature = await this.wallets.signTypedData(draft.typedData);
    this.#pending.signature = signature;
    const answer = await this.#acts.submit(act, signer, fields, draft.deadline, signature);
    this.#pending.promise = answer.promise;
    this.#followAct(answer);
  }

  async #sendOwn(transaction) {
    this.#dialog.show("wait");
    const hash = await this.wallets.sendTransaction(transaction);
    this.#dialog.fill("transaction", hash);
    this.#dialog.show("own");
  }

  #followAct(answer) {
    const started = Date.now();
    const pending = this.#pending;
    const controller = new AbortController();
    this.#following = controller;
    const slow = setTimeout(() => this.#slow(pending, started), SLOW_SECONDS * 1000);
    controller.signal.addEventListener("abort", () => clearTimeout(slow));
    const tell = (body) => {
      if (["mined", "final", "failed"].includes(body.status)) clearTimeout(slow);
      this.#tell(pending, body);
    };
    tell({ ...answer, status: answer.status ?? "queued" });
    // Without a promise nothing is left to wait for: it never goes on the record.
    if (answer.promise) this.#acts.follow(answer.digest, tell, controller.signal);
  }

  // Every step of the act, on the page (an event) and in the dialogue, if it is still open on this act.
  #tell(pending, body) {
    pending.body = body;
    const { act, fields, digest } = pending;
    document.dispatchEvent(new CustomEvent("portal:act", { detail: { act, fields, digest, status: body.status, body } }));
    if (pending !== this.#pending || !this.#dialog.isOpen) return;
    markSteps(this.#dialog.element, body.status);
    this.#dialog.fill("digest", digest);
    this.#dialog.fill("short-digest", shortAddress(digest));
    this.#dialog.fill("transaction", body.transactionHash ?? "");
    if (body.status === "failed") this.#fail(body.error ?? {});
    else if (body.status === "mined" || body.status === "final") this.#dialog.show("counted");
    else this.#dialog.show("sent");
  }

  #slow(pending, started) {
    if (pending !== this.#pending || !this.#dialog.isOpen) return;
    const seconds = Math.round((Date.now() - started) / 1000);
    this.#dialog.fill("seconds", String(seconds));
    this.#dialog.show("slow");
  }

  // The same signed act, sent by the wallet itself: the contract takes it from anyone, and once.
  async #sendMyself() {
    const { transaction } = await this.#acts.status(this.#pending.digest);
    if (transaction) await this.wallets.sendTransaction(transaction);
    this.#dialog.show("sent");
  }

  /** @param {{ code?: string, detail?: string, title?: string }} problem */
  #fail({ code, detail, title }) {
    const section = this.#dialog.section("failed");
    this.#dialog.fill("problem", detail || title || "");
    this.#dialog.fill("code", code ?? "");
    const remedies = [...section.querySelectorAll("[data-remedy]")];
    const fitting = remedies.filter((remedy) => remedy.dataset.remedy.split(" ").includes(code));
    for (const remedy of remedies) {
      remedy.hidden = fitting.length ? !fitting.includes(remedy) : remedy.dataset.remedy !== "*";
    }
    this.#dialog.show("failed");
  }

  // What can go wrong between two states, each shown with what to do about it.
  async #guard(step) {
    try {
      await step();
    } catch (error) {
      const asked = this.#pending?.draft || this.#pending?.transaction;
      if (error instanceof WalletRefused) this.#dialog.show(asked && this.wallets.provider ? "refused" : "choose");
      else if (error instanceof Problem) {
        if (!this.#pending?.signature) markSteps(this.#dialog.element, "");
        this.#fail({ code: error.code, detail: error.message, title: error.title });
      } else {
        this.#fail({ code: error?.code ? `wallet-${error.code}` : "connection", detail: error?.code ? error.message : "" });
      }
    }
  }

  #saveReceipt() {
    const { act, draft, signature, digest, promise, body } = this.#pending;
    const receipt = { act, digest, typedData: draft.typedData, signature, promise, status: body };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }));
    link.download = `receipt-${digest.slice(2, 10)}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  #closed() {
    document.dispatchEvent(new CustomEvent("portal:dialog:closed"));
    const { act, fields, digest, body } = this.#pending ?? {};
    if (body) document.dispatchEvent(new CustomEvent("portal:act:closed", { detail: { act, fields, digest, status: body.status } }));
  }
}

/**
 * The fields of an act from a form's named controls: `data-number` makes a number, empty `data-optional` are left out,
 * and `params.votes` becomes the member `votes` of `params`.
 */
function fieldsOf(element) {
  const fields = JSON.parse(element.dataset.signFields ?? "{}");
  if (!(element instanceof HTMLFormElement)) return fields;
  for (const control of element.elements) {
    if (!control.name || control.disabled || control.name === "csrfmiddlewaretoken") continue;
    if ((control.type === "radio" || control.type === "checkbox") && !control.checked) continue;
    if (control.type === "submit" || ("optional" in control.dataset && !control.value)) continue;
    const value = "number" in control.dataset ? Number(control.value) : control.value;
    const [name, member] = control.name.split(".");
    if (member) fields[name] = { ...fields[name], [member]: value };
    else fields[name] = value;
  }
  return fields;
}

function begin() {
  const element = document.querySelector("[data-sign-dialog]");
  if (!element) return;
  const signing = new Signing(element);
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-sign]");
    if (!form) return;
    event.preventDefault();
    signing.start(form.dataset.sign, fieldsOf(form));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-sign]");
    const sender = event.target.closest("button[data-send]");
    if (button) signing.start(button.dataset.sign, fieldsOf(button));
    else if (sender) signing.send(sender.dataset.send, JSON.parse(sender.dataset.sendTransaction));
    else if (event.target.closest("button[data-wallet]")) signing.openWallet();
  });
  window.portal = { ...window.portal, wallets: signing.wallets, sign: (act, fields) => signing.start(act, fields) };
  document.dispatchEvent(
    new CustomEvent("portal:wallet", { detail: { address: signing.wallets.address, name: signing.wallets.name } }),
  );
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
