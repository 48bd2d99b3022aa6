// What the pages promise to the scripts, beyond what TypeScript's DOM can know: our selectors find elements of HTML, events of
// `portal:*` and htmx carry a detail, and USWDS comes without types.

interface Element {
  dataset: DOMStringMap;
  hidden: boolean;
  title: string;
  // Controls of forms.
  name: string;
  type: string;
  value: string;
  checked: boolean;
  disabled: boolean;
  // <time>, <meta>
  dateTime: string;
  content: string;
  requestSubmit(): void;
  click(): void;
  focus(): void;
}

interface EventTarget {
  closest(selectors: string): Element | null;
}

interface Event {
  detail: any;
}

interface Window {
  portal: object;
}
