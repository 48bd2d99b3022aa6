// A stand-in for a wallet on the reader's device, for trying the portal on one machine: it announces itself like any wallet
// (EIP-6963), asks who to be, and asks again before it signs. Its keys are the public test keys of the local test chain;
// the server hands them out in embedded mode alone, and never serves this script otherwise.

const NAME = "Demo wallet (public test keys)";
const RDNS = "local.portal.demo-wallet";
const MEMORY = "portal.demo-wallet";
const refuse = () => Object.assign(new Error("refused"), { code: 4001 });

class DemoWallet {
  #script;
  #dialog;
  #listeners = new Map();
  #people = null;

  constructor(script, dialog) {
    this.#script = script;
    this.#dialog = dialog;
  }

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  removeListener(event, listener) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((other) => other !== listener));
    return this;
  }

  async request({ method, params = [] }) {
    switch (method) {
      case "eth_requestAccounts":
        return [await this.#choosePerson()];
      case "eth_accounts":
        return this.#remembered();
      case "eth_chainId":
        return `0x${Number(this.#script.dataset.chainId).toString(16)}`;
      case "wallet_switchEthereumChain":
        return null;
      case "eth_signTypedData_v4":
        return this.#sign(params[0], JSON.parse(params[1]));
      case "eth_sendTransaction":
        return this.#send(params[0]);
      default:
        throw Object.assign(new Error(`The demo wallet cannot do ${method}.`), { code: 4200 });
    }
  }

  #remembered() {
    const kept = localStorage.getItem(MEMORY);
    return kept ? [kept] : [];
  }

  async #load() {
    if (!this.#people) {
      const response = await fetch(this.#script.dataset.people, { headers: { Accept: "application/json" } });
      this.#people = (await response.json()).people;
    }
    return this.#people;
  }

  async #choosePerson() {
    const people = await this.#load();
    const section = this.#show("people");
    const template = section.querySelector("template");
    const rows = people.map((person) => {
      const row = template.content.cloneNode(true);
      row.querySelector("button").value = person.address;
      row.querySelector("b").textContent = person.name;
      row.querySelector("small").textContent = person.roles;
      return row;
    });
    section.querySelector("ul").replaceChildren(...rows);
    const address = await this.#answer();
    localStorage.setItem(MEMORY, address);
    return address;
  }

  async #sign(address, document) {
    const person = await this.#ask(address, document.primaryType, document.message);
    const { signTypedData } = await import(this.#script.dataset.signer);
    return signTypedData(document, person.privateKey);
  }

  async #send({ from, to, data, value = "0x0" }) {
    const person = await this.#ask(from, "Transaction", { to, value, data });
    const call = { from, to, data, value };
    const [nonce, gas, price] = [
      await this.#node("eth_getTransactionCount", [from, "pending"]),
      await this.#node("eth_estimateGas", [call]),
      await this.#node("eth_gasPrice", []),
    ];
    const { signTransaction } = await import(this.#script.dataset.signer);
    const fields = { chainId: this.#script.dataset.chainId, nonce, gas, price, to, value, data };
    return this.#node("eth_sendRawTransaction", [signTransaction(fields, person.privateKey)]);
  }

  // The local node, reached through the portal: the page may talk to its own server alone.
  async #node(method, params) {
    const response = await fetch(this.#script.dataset.node, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ method, params }),
    });
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(answer.detail ?? ""), { code: -32000 });
    return answer.result;
  }

  // Shows what is to be signed and waits for a yes. @returns the person whose key it is
  async #ask(address, title, values) {
    const person = (await this.#load()).find((one) => one.address.toLowerCase() === address.toLowerCase());
    if (!person) throw Object.assign(new Error("The demo wallet has no key for this address."), { code: 4100 });
    const section = this.#show("sign");
    section.querySelector("[data-person]").textContent = `${person.name} · ${person.address}`;
    const lines = Object.entries(values).map(([name, value]) => `${name}: ${written(value)}`);
    section.querySelector("pre").textContent = [title, ...lines].join("\n");
    await this.#answer();
    return person;
  }

  #show(state) {
    for (const section of this.#dialog.querySelectorAll("[data-demo-state]")) section.hidden = section.dataset.demoState !== state;
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    const section = this.#dialog.querySelector(`[data-demo-state="${state}"]`);
    section.querySelector("h2").focus();
    return section;
  }

  // The window is a form of method "dialog": its buttons' values are the answer, Escape and "no" are a refusal.
  #answer() {
    return new Promise((resolve, reject) => {
      const done = () => (this.#dialog.returnValue ? resolve(this.#dialog.returnValue) : reject(refuse()));
      this.#dialog.addEventListener("close", done, { once: true });
    });
  }
}

// A value as a wallet writes it: lists of actions member by member.
function written(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value, null, 1) : String(value);
}

function begin() {
  const script = document.querySelector("script[data-demo-wallet-script]");
  const dialog = document.querySelector("dialog[data-demo-wallet]");
  if (!script || !dialog) return;
  const info = Object.freeze({ uuid: crypto.randomUUID?.() ?? RDNS, name: NAME, icon: script.dataset.icon, rdns: RDNS });
  const detail = Object.freeze({ info, provider: new DemoWallet(script, dialog) });
  const announce = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  addEventListener("eip6963:requestProvider", announce);
  announce();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
