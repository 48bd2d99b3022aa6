// Wallets in the browser: discovery (EIP-6963), the chosen one, its account (EIP-1193). No library.
//
// What is remembered, in localStorage and nowhere else: which wallet was chosen and the address it gave, so that the
// pages can show "my vote" without asking the wallet again. Nothing here can sign without the wallet's own question.

const MEMORY = "portal.wallet";
const REFUSED = 4001; // EIP-1193: the person said no
const UNKNOWN_CHAIN = 4902; // EIP-3085: the wallet has never heard of this chain

export class WalletRefused extends Error {}

/** @param {string} address @returns {string} the address cut to what a person compares. */
export function shortAddress(address) {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}

function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(MEMORY));
    return kept && /^0x[0-9a-fA-F]{40}$/.test(kept.address) ? kept : null;
  } catch {
    return null;
  }
}

function keep(value) {
  try {
    if (value) localStorage.setItem(MEMORY, JSON.stringify(value));
    else localStorage.removeItem(MEMORY);
  } catch {
    // A browser that keeps nothing still votes: the wallet is asked each time.
  }
}

/** The wallets announced on this page and the one in use. Fires `portal:wallet` on document when the account changes. */
export class Wallets {
  #announced = new Map();
  #current = null;
  #address = null;

  constructor() {
    const kept = recall();
    this.#address = kept?.address ?? null;
    this.name = kept?.name ?? "";
    addEventListener("eip6963:announceProvider", (event) => this.#announce(event.detail));
    dispatchEvent(new Event("eip6963:requestProvider"));
    addEventListener("storage", (event) => {
      if (event.key === MEMORY) this.#follow();
    });
  }

  /** The address in use, as the wallet gave it, or null. */
  get address() {
    return this.#address;
  }

  /** What was announced, the wallet used last time first. */
  list() {
    const last = recall()?.rdns;
    return [...this.#announced.values()].sort((a, b) => Number(b.info.rdns === last) - Number(a.info.rdns === last));
  }

  /** @returns {boolean} whether this wallet was used here last. */
  isLast(detail) {
    return recall()?.rdns === detail.info.rdns;
  }

  get provider() {
    return this.#current?.provider ?? null;
  }

  /**
   * Asks a wallet for its account, which may open the wallet's own window.
   * @param {string} uuid of the announcement @returns {Promise<string>} the address
   * @throws {WalletRefused} when the person says no
   */
  async connect(uuid) {
    const detail = this.#announced.get(uuid);
    const [address] = await this.request({ method: "eth_requestAccounts" }, detail.provider);
    if (!address) throw new WalletRefused();
    this.#use(detail, address);
    return address;
  }

  /** @returns {Promise<number>} the chain the wallet is on. */
  async chainId() {
    return Number(await this.request({ method: "eth_chainId" }));
  }

  /** Asks the wallet to go to a chain. @returns {Promise<boolean>} false when the wallet does not know that chain. */
  async switchChain(chainId) {
    try {
      await this.request({ method: "wallet_switchEthereumChain", params: [{ chainId: `0x${chainId.toString(16)}` }] });
      return true;
    } catch (error) {
      if (error.code === UNKNOWN_CHAIN) return false;
      throw error;
    }
  }

  /** Signs an EIP-712 document with the account in use. @returns {Promise<string>} the signature, hex. */
  async signTypedData(typedData) {
    return this.request({ method: "eth_signTypedData_v4", params: [this.#address, JSON.stringify(typedData)] });
  }

  /** Sends a call with the account's own money. @returns {Promise<string>} the transaction's hash. */
  async sendTransaction({ to, data, value = "0x0" }) {
    return this.request({ method: "eth_sendTransaction", params: [{ from: this.#address, to, data, value }] });
  }

  async request(call, provider = this.provider) {
    try {
      return await provider.request(call);
    } catch (error) {
      if (error?.code === REFUSED) throw new WalletRefused();
      throw error;
    }
  }

  forget() {
    keep(null);
    this.#current = null;
    this.#set(null, "");
  }

  #announce(detail) {
    if (!detail?.info?.uuid || !detail.provider || this.#announced.has(detail.info.uuid)) return;
    this.#announced.set(detail.info.uuid, detail);
    document.dispatchEvent(new CustomEvent("portal:wallets"));
    const kept = recall();
    if (!this.#current && kept?.rdns === detail.info.rdns) this.#resume(detail, kept.address);
  }

  // The wallet of last time is here: if it still gives an account without asking, that is the one in use.
  async #resume(detail, address) {
    try {
      const accounts = await detail.provider.request({ method: "eth_accounts" });
      const same = accounts.find((account) => account.toLowerCase() === address.toLowerCase());
      if (same ?? accounts[0]) this.#use(detail, same ?? accounts[0]);
    } catch {
      // Locked, or it wants to be asked: then it is asked when something is to be signed.
    }
  }

  #use(detail, address) {
    if (this.#current !== detail) {
      this.#current = detail;
      detail.provider.on?.("accountsChanged", (accounts) => {
        if (this.#current !== detail) return;
        if (accounts.length) this.#use(detail, accounts[0]);
        else this.forget();
      });
      detail.provider.on?.("chainChanged", () => document.dispatchEvent(new CustomEvent("portal:chain")));
    }
    keep({ rdns: detail.info.rdns, name: detail.info.name, address });
    this.#set(address, detail.info.name);
  }

  // Another tab chose or forgot a wallet.
  #follow() {
    const kept = recall();
    this.#current = [...this.#announced.values()].find((detail) => detail.info.rdns === kept?.rdns) ?? null;
    this.#set(kept?.address ?? null, kept?.name ?? "");
  }

  #set(address, name) {
    if (address === this.#address && name === this.name) return;
    this.#address = address;
    this.name = name;
    document.dispatchEvent(new CustomEvent("portal:wallet", { detail: { address, name } }));
  }
}
