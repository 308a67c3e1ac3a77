// What the answer to `status` says, in the shape in which it is drawn.
import {barsOf} from "./bars.js";
import {health, objects, paths, text, words} from "./values.js";

function port(one) {
    const name = text(one.name);
    const there = one.index !== 0 && text(one.interface) !== "";
    const link = one.carrier === true && !one.no_link_by;
    return {
        name, there, link, up: one.up === true, health: health(one), interface: text(one.interface),
        bond: text(one.bond), role: text(one.role), config: text(one.config), driver: text(one.driver),
        problem: text(one.problem), doing: text(one.doing), idle: text(one.idle),
        addresses: words(one.addresses), paths: paths(one),
    };
}

// As pci.ids has them.
const cardId = (card) => `${text(card.vendor) || "????"}:${text(card.device) || "????"}`;
const cardOf = (one) => (typeof one.card === "object" && one.card !== null ? one.card : null);
// The models whose names are to be found: "8086:1010".
export const cardsOf = (status) =>
    [...new Set(objects(status && status.slots).map(cardOf).filter(Boolean).map(cardId))];

function slot(one, names) {
    const card = cardOf(one);
    const way = text(one.extraction);
    return {
        name: text(one.name), health: health(one), domain: text(one.domain), controlled: one.controlled !== false,
        card: card && (text(names[cardId(card)]) || cardId(card)),
        led: way === "out" ? "lit" : way === "" ? "dark" : "changing",
        missing: text(one.missing), problem: text(one.problem), doing: text(one.doing),
        ports: objects(one.ports).map(port),
    };
}

// Bays in the order in which their first slot comes.
function baysOf(slots) {
    const bays = new Map();
    for (const one of slots) {
        const key = JSON.stringify([one.domain, one.controlled]);
        if (!bays.has(key)) bays.set(key, {domain: one.domain, controlled: one.controlled, slots: []});
        bays.get(key).slots.push(one);
    }
    return [...bays.values()];
}

// `names`: those of cards, by "8086:1010".
export function modelOf(status, names = {}) {
    const given = typeof status === "object" && status !== null ? status : {};
    const slots = objects(given.slots).map((one) => slot(one, names));
    const ports = slots.flatMap((one) => one.ports);
    return {
        health: health(given), bays: baysOf(slots), services: barsOf(given, ports), ports,
        orders: objects(given.orders), problems: words(given.problems), alarms: objects(given.alarms),
    };
}
