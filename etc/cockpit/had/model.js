// What the answer to `status` says, in the shape in which it is drawn.  Nothing of it is taken for granted: an older
// daemon lacks keys, a newer one has kinds of objects that nobody here knows, and half an answer is drawn as half.

export const healths = ["healthy", "degraded", "down", "absent", "offline", "quarantined", "contested"];

const known = ["orders", "problems", "alarms", "slots", "bonds", "vlans"];

export const text = (value) => (typeof value === "string" ? value : Number.isFinite(value) ? String(value) : "");
export const list = (value) => (Array.isArray(value) ? value : []);
export const objects = (value) =>
    list(value).filter((one) => typeof one === "object" && one !== null && !Array.isArray(one));
const words = (value) => list(value).map(text).filter(Boolean);
export const joined = (parts, by = ", ") => parts.filter(Boolean).join(by);

const health = (object) => (healths.includes(object.health) ? object.health : "unknown");

const path = (one) => ({
    monitor: text(one.monitor),
    state: one.doubted === true ? "doubted" : text(one.state),
    text: text(one.text),
});
const paths = (object) => objects(object.paths).map(path);
// The one that matters most.  Nothing: nobody asks.
export function worstPath(all) {
    const order = ["silent", "doubted", "unproven", "good"];
    const rank = (one) => (order.includes(one.state) ? order.indexOf(one.state) : order.length);
    return [...all].sort((a, b) => rank(a) - rank(b))[0];
}

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

function slot(one) {
    const card = typeof one.card === "object" && one.card !== null ? one.card : null;
    const way = text(one.extraction);
    return {
        name: text(one.name), health: health(one), domain: text(one.domain), controlled: one.controlled !== false,
        card: card && `${text(card.vendor) || "????"}:${text(card.device) || "????"}`,
        led: way === "out" ? "lit" : way === "" ? "dark" : "changing",
        missing: text(one.missing), problem: text(one.problem), doing: text(one.doing),
        ports: objects(one.ports).map(port),
    };
}

// A wire leads from a service to a port; `active` is the way that is used.
function wiresOf(service, members, ports) {
    const wires = new Map();
    for (const one of ports)
        if (one.bond === service.name) wires.set(one.name, {port: one.name, active: one.role === "active"});
    for (const member of members) {
        const found = ports.find((one) => one.name === text(member.port)) ||
            ports.find((one) => one.there && one.interface === text(member.interface));
        if (found) wires.set(found.name, {port: found.name, active: member.active === true});
    }
    return [...wires.values()];
}

function service(kind, one, ports) {
    const members = objects(one.members);
    const result = {
        kind, name: text(one.name), health: health(one), on: text(one.on), problem: text(one.problem),
        doing: text(one.doing), addresses: words(one.addresses), waiting: words(one.waiting), paths: paths(one),
        exposure: text(one.exposure), wires: [], facts: [],
    };
    result.wires = wiresOf(result, members, ports);
    const good = members.filter((one) => text(one.port) && one.carrier === true && !one.no_link_by && one.mii === "up");
    if (kind === "bond")
        result.facts = [text(one.mode), activeWords(one, members),
                        Number.isFinite(one.wanted) && `${good.length} of ${one.wanted} ports have a link`];
    if (kind === "vlan") result.facts = [`VLAN ${text(one.id)} on ${result.on}`];
    if (kind === "bond" || kind === "vlan") result.facts = result.facts.filter(Boolean);
    else result.facts = [kind, text(one.state), text(one.text)].filter(Boolean);
    return result;
}

function activeWords(bond, members) {
    const active = text(bond.active);
    const member = members.find((one) => text(one.interface) === active);
    const place = member && text(member.port);
    return active && `active ${active}${place ? ` (${place})` : ""}`;
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

// What stands on another service comes behind it.
function inOrder(services) {
    const sorted = [];
    const add = (one, depth) => {
        if (sorted.includes(one)) return;
        sorted.push(Object.assign(one, {depth}));
        for (const other of services) if (other.on && other.on === one.name) add(other, Math.min(depth + 1, 3));
    };
    for (const one of services) if (!services.some((other) => other !== one && other.name === one.on)) add(one, 0);
    for (const one of services) add(one, 0);              // two that stand on each other
    return sorted;
}

export function modelOf(status) {
    const given = typeof status === "object" && status !== null ? status : {};
    const slots = objects(given.slots).map(slot);
    const ports = slots.flatMap((one) => one.ports);
    const services = [
        ...objects(given.bonds).map((one) => service("bond", one, ports)),
        ...objects(given.vlans).map((one) => service("vlan", one, ports)),
        // Of a kind that is newer than this: it has a name, and maybe a health and what it stands on.
        ...Object.keys(given).filter((key) => !known.includes(key)).flatMap((key) => objects(given[key])
            .filter((one) => text(one.name)).map((one) => service(key.replace(/s$/, ""), one, ports))),
    ];
    for (const one of services) {
        const carrier = ports.find((port) => one.on && (port.name === one.on || port.interface === one.on));
        if (carrier && one.wires.length === 0) one.wires = [{port: carrier.name, active: carrier.link}];
    }
    return {
        health: health(given), bays: baysOf(slots), services: inOrder(services), ports,
        orders: objects(given.orders), problems: words(given.problems), alarms: objects(given.alarms),
    };
}
