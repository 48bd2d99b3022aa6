// One socket a page. What comes over it makes the parts of the page that it touches load again from the server.
//
//   <meta name="portal-live" content="/ws/events?proposal=24">
// Beside the events of the socket, `act:mined` is when an act (someone's support, say) has reached the record.
//
//   <div data-live="vote:cast proposal:state_changed" data-live-url="/proposals/24/parts/result">…</div>
//
// A lost connection comes back by itself, later each time, and resumes after the last message seen. Where no socket is to
// be had the page stays as it was sent: reading needs none of this.

const FIRST_WAIT = 500; // ms
const LONGEST_WAIT = 30_000;
const GATHER = 250; // ms in which messages are gathered into one load
const SPREAD = 750; // ms over which the readers of one page spread their loads
const PAUSE_ASKED = 15_000; // ms
const READ_BACK = 1500; // ms that a mined act may take until it is read back from the record

export class Live {
  #url;
  #last = null;
  #wait = FIRST_WAIT;
  #socket = null;

  constructor(url) {
    this.#url = new URL(url, location.href);
    this.#url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  }

  open() {
    const url = new URL(this.#url);
    if (this.#last) url.searchParams.set("since", this.#last);
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      document.documentElement.dataset.live = "on";
    });
    socket.addEventListener("message", (message) => this.#hear(message.data));
    socket.addEventListener("close", () => {
      document.documentElement.dataset.live = "off";
      setTimeout(() => this.open(), this.#wait * (0.5 + Math.random()));
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    });
  }

  #hear(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    this.#wait = FIRST_WAIT;
    if (frame.id) this.#last = frame.id;
    if (frame.event === "live:away") document.documentElement.dataset.live = "off";
    if (frame.event === "snapshot") document.documentElement.dataset.live = "on";
    tell(frame);
  }
}

function tell(frame) {
  document.dispatchEvent(new CustomEvent(`portal:${frame.event}`, { detail: frame }));
  document.dispatchEvent(new CustomEvent("portal:live", { detail: frame }));
}

/** A pause that runs its time says nothing at its end: from then on it is asked for until the record knows. */
export function keepPause() {
  setInterval(() => {
    const until = document.querySelector("[data-pause-until]")?.dataset.pauseUntil;
    if (until && !document.hidden && Date.parse(until) <= Date.now()) tell({ event: "pause:changed", data: {} });
  }, PAUSE_ASKED);
}

/** Loads parts of the page again as messages ask for it, each part at most once per message burst. */
export class Parts {
  #due = new Set();
  #timer = null;

  constructor(load) {
    this.load = load;
    document.addEventListener("portal:live", ({ detail }) => {
      // A snapshot with a gap: messages were missed that nobody can send again, so every part is asked for.
      if (detail.event === "snapshot" && detail.data?.gap) this.mark(null);
      else this.mark(detail.event);
    });
    document.addEventListener("portal:act:status", (event) => {
      if (event.detail.data?.status === "mined") setTimeout(() => this.mark("act:mined"), READ_BACK);
    });
  }

  /** @param {?string} name of the event; null means all. */
  mark(name) {
    for (const part of document.querySelectorAll("[data-live]")) {
      if (name === null || part.dataset.live.split(" ").includes(name)) this.#due.add(part);
    }
    if (this.#due.size) this.#timer ??= setTimeout(() => this.#flush(), GATHER + Math.random() * SPREAD);
  }

  #flush() {
    this.#timer = null;
    const due = [...this.#due].filter((part) => part.isConnected);
    this.#due.clear();
    for (const part of due) this.load(part);
  }
}

/** Says turning points, politely: each `[data-turning]` key once, and never those that the page came with. */
export function announceTurnings() {
  const said = new Set([...document.querySelectorAll("[data-turning]")].map((element) => element.dataset.turning));
  document.addEventListener("htmx:afterSwap", () => {
    const voice = document.querySelector("[data-voice]");
    for (const element of document.querySelectorAll("[data-turning]")) {
      if (said.has(element.dataset.turning)) continue;
      said.add(element.dataset.turning);
      voice.textContent = element.textContent;
    }
  });
}
