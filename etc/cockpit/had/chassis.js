// The picture of the chassis: a function of what hadctl's status, timeline and availability say as JSON.  It is pure,
// and gives a tree of elements (tree.js).  Two frames show it: the page in Cockpit (had.js), and the file that
// `hadctl report` writes (report.js).
import {h} from "./tree.js";
import {modelOf} from "./model.js";
import {joined, text} from "./values.js";
import {drawFront, lamp} from "./front.js";
import {drawHistory} from "./timeline.js";

const severities = ["critical", "major", "minor", "warning"];
const alarmMarks = {critical: "down", major: "degraded", minor: "contested", warning: "offline"};

const headMark = (health) =>
    h("svg", {viewBox: "0 0 14 14", class: "mark", "aria-hidden": "true"}, lamp(health, 7, 7));

function drawAlarm(alarm) {
    const severity = severities.includes(alarm.severity) ? alarm.severity : "warning";
    const often = alarm.count > 1 ? `${alarm.count} times` : "";
    const noted = text(alarm.acked) && `noted by ${text(alarm.acked_by)} at ${text(alarm.acked)}`;
    return h("li", {class: `alarm ${severity}`}, headMark(alarmMarks[severity]),
        h("div", {},
            h("button", {class: "plain", type: "button", "data-object": text(alarm.locate) || text(alarm.object)},
                `${severity}: ${text(alarm.text) || text(alarm.id)}`),
            text(alarm.repair) && h("p", {class: "repair"}, text(alarm.repair)),
            h("p", {class: "since"}, joined([text(alarm.id), text(alarm.raised) && `since ${text(alarm.raised)}`, often,
                                             noted]))));
}

function drawAlarms({alarms, problems}) {
    if (alarms.length > 0)
        return h("section", {class: "alarms"}, h("h2", {}, "To be repaired"), h("ul", {}, alarms.map(drawAlarm)));
    if (problems.length > 0)
        return h("section", {class: "alarms"}, h("h2", {}, "What is wrong"),
            h("ul", {}, problems.map((problem) => h("li", {class: "alarm warning"}, h("div", {}, problem)))));
    return null;
}

// {status, timeline, availability, why, cards}: `why` there is no history, or only a part; `cards` are names of cards
// by "8086:1010".  `options.width` is that of the drawing, and `options.title` a text for the head.
export function draw(data, options = {}) {
    const width = Math.max(300, Math.round(options.width || 1200));
    const model = modelOf(data.status, data.cards || {});
    return h("article", {class: "chassis"},
        h("header", {},
            h("h1", {}, headMark(model.health),
                h("span", {}, joined([text(options.title) || "chassis", model.health], ": "))),
            model.orders.map((order) => h("p", {class: "by-hand"}, joined([
                `By hand: ${text(order.text)}`, text(order.by) && `by ${text(order.by)}`,
                text(order.until) && `until ${text(order.until)}`])))),
        drawAlarms(model),
        drawFront(model, width),
        drawHistory(data.timeline, data.availability, text(data.why), width));
}
