// The dialogue that the server rendered, with its states and slots. Every word in it comes from the server, so that it is
// translated in one place; the script only shows, hides and fills.

/** Fills `[data-slot=NAME]` inside root with text; an empty value hides the slot. */
export function fill(root, name, text) {
  for (const slot of root.querySelectorAll(`[data-slot="${name}"]`)) {
    slot.textContent = text ?? "";
    const frame = slot.closest("[data-slot-frame]") ?? slot;
    frame.hidden = !text;
  }
}

export class Dialog {
  #element;
  #act = "";
  #actions = new Map();

  constructor(element) {
    this.#element = element;
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.#actions.get(button.dataset.do)?.(button);
      else if (event.target === element) this.close();
    });
    element.addEventListener("close", () => this.#actions.get("closed")?.());
    this.on("close", () => this.close());
  }

  get element() {
    return this.#element;
  }

  get isOpen() {
    return this.#element.open;
  }

  get state() {
    return this.#element.dataset.showing ?? "";
  }

  on(name, action) {
    this.#actions.set(name, action);
  }

  /** The act whose words are shown: of elements marked `data-for`, those that name it, else those that say `*`. */
  about(act) {
    this.#act = act;
    const groups = new Map();
    for (const element of this.#element.querySelectorAll("[data-for]")) {
      const siblings = groups.get(element.parentElement) ?? [];
      groups.set(element.parentElement, [...siblings, element]);
    }
    for (const siblings of groups.values()) {
      const named = siblings.filter((element) => element.dataset.for.split(" ").includes(act));
      for (const element of siblings) {
        element.hidden = named.length ? !named.includes(element) : element.dataset.for !== "*";
      }
    }
  }

  section(state) {
    return this.#element.querySelector(`[data-state="${state}"]`);
  }

  /** Shows one state, opens the dialogue if it is closed, and takes the focus to the state's heading. */
  show(state) {
    if (this.state === state && this.isOpen) return;
    for (const section of this.#element.querySelectorAll("[data-state]")) section.hidden = section.dataset.state !== state;
    this.#element.dataset.showing = state;
    const heading = this.section(state).querySelector("h2");
    this.#element.setAttribute("aria-labelledby", heading.id);
    if (!this.isOpen) {
      closeMenu();
      this.#element.showModal();
    }
    heading.focus();
    this.#element.scrollTop = 0;
  }

  close() {
    if (this.isOpen) this.#element.close();
  }

  fill(name, text) {
    fill(this.#element, name, text);
  }
}

/** Closes the small screens' menu, which hides all else from screen readers, and gives the focus to its button. */
function closeMenu() {
  const close = document.querySelector(".usa-nav.is-visible .usa-nav__close");
  if (!close) return;
  close.click();
  document.querySelector(".usa-menu-btn").focus();
}

const ORDER = ["received", "sent", "counted", "final"];
const REACHED = { queued: 1, sent: 1, mined: 3, final: 4, reverted: 1, failed: 1 };

/** Marks how far an act has come in every `[data-act-steps]` list under root. */
export function markSteps(root, status) {
  const reached = REACHED[status] ?? 0;
  for (const list of root.querySelectorAll("[data-act-steps]")) {
    for (const item of list.children) {
      const place = ORDER.indexOf(item.dataset.step);
      const phase = place < reached ? "done" : place > reached ? "later" : status === "failed" ? "bad" : "now";
      item.className = phase === "later" ? "" : `is-${phase}`;
      if (phase === "now" || phase === "bad") item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
      item.querySelector(".usa-sr-only").textContent = list.dataset[phase] ?? "";
    }
  }
}
