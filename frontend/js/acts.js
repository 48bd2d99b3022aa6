// Talks to /api/acts: asks for what is to be signed, hands in what was signed, follows it until it is final.

const POLL_SECONDS = [1, 1, 2, 2, 3]; // then every 5
const REST_SECONDS = 5;

/** What the server refused, as an RFC 9457 problem: `code` is stable, `message` is for people. */
export class Problem extends Error {
  constructor(body, status) {
    super(body?.detail || body?.title || "");
    this.code = body?.code ?? `http-${status}`;
    this.title = body?.title ?? "";
    this.body = body ?? {};
    this.status = status;
  }
}

export class Acts {
  /** @param {string} base "/api" @param {string} csrf sent when the page belongs to a signed-in officer, else empty */
  constructor(base, csrf) {
    this.base = base;
    this.csrf = csrf;
  }

  /** @returns {Promise<{typedData: object, digest: string, deadline: number, summary: Array}>} */
  async draft(act, signer, fields) {
    return this.#call("POST", "/acts/typed-data", { act, signer, ...fields });
  }

  /** Hands in a signed act. A vote goes to its own address, as the interface promises. */
  async submit(act, signer, fields, deadline, signature) {
    if (act === "vote") {
      const { proposalId, ...rest } = fields;
      return this.#call("PUT", `/proposals/${proposalId}/vote`, { signer, ...rest, deadline, signature });
    }
    return this.#call("POST", "/acts", { act, signer, ...fields, deadline, signature });
  }

  async status(digest) {
    return this.#call("GET", `/acts/${digest}`);
  }

  /**
   * Calls `tell(status)` on each change until the act is final or failed, or the signal aborts. Asks by HTTP, and at once
   * when the page's socket says that this act moved.
   */
  async follow(digest, tell, signal) {
    let known = "";
    for (let turn = 0; !signal.aborted; turn += 1) {
      const body = await this.status(digest).catch(() => null);
      if (signal.aborted) return;
      if (body && body.status !== known) {
        known = body.status;
        tell(body);
      }
      if (known === "final" || known === "failed") return;
      await this.#pause(digest, POLL_SECONDS[turn] ?? REST_SECONDS, signal);
    }
  }

  /** @returns {Promise<void>} */
  #pause(digest, seconds, signal) {
    return new Promise((resolve) => {
      const heard = (event) => {
        if (event.detail?.data?.digest === digest) done();
      };
      const done = () => {
        clearTimeout(timer);
        document.removeEventListener("portal:act:status", heard);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, seconds * 1000);
      document.addEventListener("portal:act:status", heard);
      signal.addEventListener("abort", done);
    });
  }

  async #call(method, path, body) {
    const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang || "en" };
    if (body) headers["Content-Type"] = "application/json";
    if (this.csrf) headers["X-CSRFToken"] = this.csrf;
    // Without a signed-in officer no cookie goes along: the signature is what counts.
    const credentials = this.csrf ? "same-origin" : "omit";
    const response = await fetch(this.base + path, { method, headers, credentials, body: body && JSON.stringify(body) });
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new Problem(answer, response.status);
    return answer;
  }
}
