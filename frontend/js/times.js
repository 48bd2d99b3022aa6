// Times in the reader's zone, with the UTC that the server wrote beside them.
//
//   <time datetime="…Z" data-time="moment">14 Apr 2026, 19:41 UTC</time>  -> 14 Apr 2026, 3:41 pm · 19:41 UTC
//   data-time="day"   the day alone    data-time="clock"  the hour, the day too if it is not today
//   data-time="ago"   how long ago     data-time="left"   how long still

const language = () => document.documentElement.lang || "en";
/** @type {[Intl.RelativeTimeFormatUnitSingular, number][]} */
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

function utcClock(date) {
  return `${date.toISOString().slice(11, 16)} UTC`;
}

/** "2 days 4 hours": the two largest units, in the reader's language. */
export function duration(seconds) {
  let rest = Math.max(0, Math.floor(seconds));
  const parts = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count && parts.length < 2) {
      parts.push(new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long" }).format(count));
    } else if (parts.length) break;
  }
  const under = new Intl.NumberFormat(language(), { style: "unit", unit: "minute", unitDisplay: "long" });
  return parts.length ? parts.join(" ") : under.format(seconds > 0 ? 1 : 0);
}

function ago(date, now) {
  const seconds = (date - now) / 1000;
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  for (const [unit, size] of UNITS) if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return relative.format(Math.trunc(seconds), "second");
}

const FORMATS = {
  moment(date) {
    const local = date.toLocaleString(language(), { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" });
    return date.getTimezoneOffset() === 0 ? null : `${local} · ${utcClock(date)}`;
  },
  day(date) {
    return date.toLocaleDateString(language(), { weekday: "short", day: "numeric", month: "short" });
  },
  clock(date, now) {
    const today = date.toDateString() === new Date(now).toDateString();
    const hour = { hour: "numeric", minute: "2-digit" };
    return date.toLocaleString(language(), today ? hour : { day: "numeric", month: "short", ...hour });
  },
  ago,
  left: (date, now) => duration((date - now) / 1000),
};

/** Rewrites every time under root that has a format. */
export function writeTimes(root = document, only = null) {
  const now = Date.now();
  for (const element of root.querySelectorAll("time[data-time]")) {
    const kind = element.dataset.time;
    if (only && !only.includes(kind)) continue;
    const date = new Date(element.dateTime);
    const text = Number.isNaN(date.getTime()) ? null : FORMATS[kind]?.(date, now);
    if (!text) continue;
    if (kind === "day" || kind === "clock") element.title = `${date.toISOString().slice(0, 10)} ${utcClock(date)}`;
    if (element.textContent !== text) element.textContent = text;
  }
}

/** Keeps "ago" and "left" true while the page stays open. */
export function keepTimes() {
  writeTimes();
  setInterval(() => writeTimes(document, ["ago"]), 5_000);
  setInterval(() => writeTimes(document, ["left"]), 30_000);
  document.addEventListener("htmx:afterSwap", (event) => writeTimes(event.detail.target.parentElement ?? document));
}
