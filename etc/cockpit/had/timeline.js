// What has happened, a row for each object.  `hadctl timeline --json` has a letter for each moment of the row, the
// worst of what was so in it.  A bar's height says it beside its colour.
import {h} from "./tree.js";
import {joined, objects, text} from "./values.js";
import {button, cut} from "./front.js";

const states = {
    u: ["up", 0.25], s: ["unprotected", 0.45], p: ["planned", 0.65], d: ["down", 1], "?": ["unknown", 0.45],
};
const lineHeight = 30, spanTop = 8, spanHeight = 14, mostRows = 40;

const units = [[86400e6, "d"], [3600e6, "h"], [60e6, "min"], [1e6, "s"], [1e3, "ms"], [1, "us"]];
export function duration(micros) {
    if (!Number.isFinite(micros) || micros <= 0) return "0 s";
    const at = units.findIndex(([size]) => micros >= size);
    const [size, name] = units[at < 0 ? units.length - 1 : at];
    const count = Math.floor(micros / size), next = units[at + 1];
    const more = next ? Math.floor((micros - count * size) / next[0]) : 0;
    return `${count} ${name}` + (more > 0 ? ` ${more} ${next[1]}` : "");
}

// Hundred millionths, which are rounded down already.
const percent = (e8) => (Number.isFinite(e8) ? `${(e8 / 1e6).toFixed(6).replace(/\.?0+$/, "")} %` : "unknown");

// "99.9989 %, 4 nines; down 3 s 100 ms of 26 s"
export function figures(one, period) {
    const nines = Number.isFinite(one.adjusted_nines) ? `${one.adjusted_nines} nines` : "";
    const budget = period > 0 ? ` of ${duration(period / 1e5)}` : "";
    return joined([joined([percent(one.adjusted_e8), nines]), `down ${duration(one.down_us)}${budget}`], "; ");
}

function runsOf(cells) {
    const runs = [];
    for (let at = 0, from = 0; at <= cells.length; at++) {
        if (at < cells.length && cells[at] === cells[from]) continue;
        if (states[cells[from]]) runs.push({state: cells[from], from, to: at});
        from = at;
    }
    return runs;
}

const byName = (a, b) => text(a.object).localeCompare(text(b.object), "en", {numeric: true});
const isNews = (one) => one.kind === "bond" || /[dp]/.test(text(one.cells));
const timeOf = (value) => Date.parse(text(value));

function drawRow(one, scope, y) {
    const {left, width, available} = scope;
    const cells = text(one.cells), size = width / Math.max(1, cells.length);
    const bars = runsOf(cells).map((run) => {
        const [name, part] = states[run.state];
        const height = spanHeight * part;
        return h("rect", {class: `span ${name}`, x: (left + run.from * size).toFixed(1),
                          y: (y + spanTop + spanHeight - height).toFixed(1),
                          width: Math.max(1.5, (run.to - run.from) * size).toFixed(1), height});
    });
    const ticks = [...text(one.moves)].map((letter, i) => letter === "v" &&
        h("path", {class: "move", d: `M${(left + (i + 0.5) * size).toFixed(1)} ${y + spanTop - 1}l-3 -6h6z`}));
    const label = joined([`${text(one.kind)} ${text(one.object)}`, available && figures(available, scope.period),
                          `${text(one.failovers) || 0} failovers`,
                          ...objects(one.last_outages).slice(-3).map((out) =>
                              `${text(out.state)} ${text(out.begin)} for ${duration(out.length_us)}`)]);
    return button(text(one.object), label, {class: "row"},
        h("rect", {class: "ground", x: 0, y, width: scope.whole, height: lineHeight - 2}),
        h("text", {class: "name", x: 4, y: y + 20}, cut(text(one.object), left - 8, 7)), bars, ticks);
}

function axis(scope, y) {
    const {left, width, from, span} = scope;
    const marks = width > 500 ? 5 : 3;
    return Array.from({length: marks}, (_, i) => {
        const at = new Date(from + (span * i) / (marks - 1)).toISOString();
        const x = left + (width * i) / (marks - 1);
        const anchor = i === 0 ? "start" : i === marks - 1 ? "end" : "middle";
        return [h("path", {class: "axis", d: `M${x} ${y}v4`}),
                h("text", {class: "small", x, y: y + 15, "text-anchor": anchor},
                    span > 5 * 86400e3 ? at.slice(0, 10) : at.slice(5, 16).replace("T", " "))];
    });
}

function drawTimeline(timeline, available, width) {
    const from = timeOf(timeline.from), to = timeOf(timeline.to);
    if (!(to > from)) return h("p", {class: "note"}, "The history has no times.");
    const all = objects(timeline.objects).sort(byName), news = all.filter(isNews), shown = news.slice(0, mostRows);
    const left = width > 500 ? 110 : 70;
    const scope = {left, width: width - left - 8, whole: width, from, span: to - from, period: (to - from) * 1000};
    const rows = shown.map((one, i) => drawRow(
        one, {...scope, available: available.find((a) => a.object === one.object)}, i * lineHeight));
    const bottom = shown.length * lineHeight;
    const rest = [news.length > shown.length && `${news.length - shown.length} more had outages`,
                  all.length > news.length && `${all.length - news.length} more never down`].filter(Boolean);
    return [h("svg", {class: "timeline", viewBox: `0 0 ${width} ${bottom + 20}`, role: "group",
                      "aria-label": "outages and failovers"},
                rows, h("g", {"aria-hidden": "true"}, axis(scope, bottom))),
            h("ul", {class: "key"}, ["down", "planned", "unprotected", "up", "unknown"].map((name) =>
                h("li", {}, h("span", {class: `swatch ${name}`}), h("span", {}, name))), h("li", {}, "▼ failover")),
            rest.length > 0 && h("p", {class: "note"}, joined(rest, "; ") + ".")];
}

function nines(available, period) {
    const bonds = available.filter((one) => one.kind === "bond" || one.outages > 0).sort(byName);
    if (bonds.length === 0) return null;
    const heads = ["", "without planned time", "with it", "down", "allowed by five nines", "outages", "longest",
                   "unprotected", "unknown"];
    const row = (one) => [one.object, joined([percent(one.adjusted_e8), Number.isFinite(one.adjusted_nines) &&
        `(${one.adjusted_nines} nines)`], " "), percent(one.total_e8), duration(one.down_us), duration(period / 1e5),
        text(one.outages), duration(one.longest_us), duration(one.unprotected_us),
        duration(one.unknown_us) + (one.unknown_is_guessed ? ", partly a guess" : "")];
    const over = (one) => one.down_us > period / 1e5;
    const cell = (words, i) => h(i === 0 ? "th" : "td", i === 0 ? {scope: "row"} : {}, text(words));
    return h("div", {class: "scroll"}, h("table", {class: "nines"},
        h("thead", {}, h("tr", {}, heads.map((name) => h("th", {scope: "col"}, name)))),
        h("tbody", {}, bonds.slice(0, mostRows).map((one) =>
            h("tr", {class: over(one) && "over"}, row(one).map(cell))))));
}

// `timeline` and `availability` as hadctl prints them; null: `why` says why there is none.
export function drawHistory(timeline, availability, why, width) {
    const parts = [h("h2", {}, "What has happened")];
    const available = objects(availability && availability.objects);
    const period = availability ? (timeOf(availability.to) - timeOf(availability.from)) * 1000 : 0;
    if (timeline) parts.push(drawTimeline(timeline, available, width));
    else parts.push(h("p", {class: "note"}, joined(["No history", why], ": ")));
    if (availability) parts.push(nines(available, period));
    return h("section", {class: "history"}, parts);
}
