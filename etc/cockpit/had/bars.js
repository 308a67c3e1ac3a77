// What is drawn as a bar, below the cards: bonds, VLANs, groups of services, services and peers, and what these are
// made of.  A bar has the wires that lead to ports, and the bar below which it stands.
import {health, joined, list, objects, paths, text, words} from "./values.js";

// Of these what is drawn is known; of another key, objects with a name.
const known = ["orders", "problems", "alarms", "slots", "bonds", "vlans", "failovers", "services", "peers"];

// A wire leads from a service to a port; `active` is the way that is used.
function wiresOf(service, members, ports) {
    const wires = new Map();
    for (const one of ports)
        if (one.bond && one.bond === text(service.name))
            wires.set(one.name, {port: one.name, active: one.role === "active"});
    for (const member of members) {
        const found = ports.find((one) => one.name === text(member.port)) ||
            ports.find((one) => one.there && one.interface === text(member.interface));
        if (found) wires.set(found.name, {port: found.name, active: member.active === true});
    }
    return [...wires.values()];
}

// What is drawn as a bar.  `id` is the object that is told of when it is chosen, `parent` the bar below which it
// stands, `active` whether the way leads there, and `word` says what it is where that is not to be seen.
function bar(kind, one, ports) {
    const members = objects(one.members);
    return {
        kind, name: text(one.name), id: text(one.name), health: health(one), on: text(one.on),
        problem: text(one.problem), doing: text(one.doing), addresses: words(one.addresses),
        waiting: words(one.waiting), paths: paths(one), exposure: text(one.exposure),
        wires: wiresOf(one, members, ports), facts: [], parent: null, active: false,
        word: kind === "bond" || kind === "vlan" ? "" : kind,
    };
}

function bond(one, ports) {
    const result = bar("bond", one, ports), members = objects(one.members);
    const good = members.filter((one) => text(one.port) && one.carrier === true && !one.no_link_by && one.mii === "up");
    result.facts = [text(one.mode), activeWords(one, members),
                    Number.isFinite(one.wanted) && `${good.length} of ${one.wanted} ports have a link`].filter(Boolean);
    return result;
}

function vlan(one, ports) {
    const result = bar("vlan", one, ports);
    return {...result, facts: [`VLAN ${text(one.id)} on ${result.on}`]};
}

// Of a kind that is newer than this: it has a name, and maybe a health and what it stands on.
function other(kind, one, ports) {
    return {...bar(kind, one, ports), facts: [text(one.state), text(one.text)].filter(Boolean)};
}

function lan(one, peer, ports) {
    const name = text(one.lan), there = text(one.interface) !== "", serves = one.link === true && one.state === "good";
    const heard = {good: "answers", lost: "no answer"}[one.state] || "unproven";
    const state = {good: one.peer_hears === false ? "doubted" : "good", lost: "silent"}[one.state] || "unproven";
    const used = one.used === true;
    const port = ports.find((port) => port.name === name) ||
        ports.find((port) => there && port.there && port.interface === text(one.interface));
    const way = there ? [{monitor: `peer ${peer.name}`, state: one.link === true ? state : "silent",
                          text: text(one.text)}] : [];
    return {
        ...bar("LAN", {}, ports), name, id: name, parent: peer, active: used, paths: way,
        health: serves && one.peer_hears !== false ? "healthy" : serves ? "degraded"
            : !there ? "absent" : one.link === true && one.state === "unproven" ? "unknown" : "down",
        facts: [used && "used", text(one.interface) !== name && text(one.interface), `to ${text(one.address)}`,
                one.link === true ? heard : there ? "no link" : "not there",
                one.peer_hears === false && "the peer hears nothing"].filter(Boolean),
        wires: port ? [{port: port.name, active: used, paths: way}] : [],
        problem: text(one.text) && `it ${text(one.text)}`,
    };
}

function peer(one, ports) {
    const result = bar("peer", one, ports), lans = objects(one.lans);
    const used = lans.find((one) => one.used === true);
    result.facts = [text(one.service) && `to ${text(one.service)}`, text(one.from) && `from ${text(one.from)}`,
                    used ? `by ${text(used.lan)}` : lans.length > 0 && "by no LAN"].filter(Boolean);
    result.waiting.push(...words(one.advice));
    return [result, ...lans.map((one) => lan(one, result, ports))];
}

function service(one, ports, parent, active) {
    const result = bar("service", one, ports), interface_ = text(one.interface);
    const port = ports.find((port) => port.there && port.interface === interface_);
    return {
        ...result, parent, active, on: parent ? "" : interface_,
        facts: [text(one.phase), interface_, text(one.device)].filter(Boolean),
        wires: port ? [{port: port.name, active: one.phase === "up" || one.phase === "done"}] : [],
        problem: result.problem || text(one.text),
    };
}

// A group, below it its members, and below each what serves for it.
function group(one, services, ports) {
    const result = bar("group", one, []), active = text(one.active), together = text(one.failback) === "";
    result.facts = [together ? "all together" : active ? `${active} serves` : "none serves",
                    text(one.failback) && `back ${text(one.failback)}`].filter(Boolean);
    result.problem = result.problem || text(one.text);
    const rows = list(one.members).map(text).filter(Boolean).flatMap((name) => {
        const its = services.filter((one) => text(one.group) === result.name && text(one.member) === name);
        const serves = together ? its.some((one) => one.phase === "up") : name === active;
        const healthsOfIts = its.map(health);
        const row = {
            ...bar("member", {}, []), name, id: result.name, parent: result, active: serves,
            health: ["down", "offline", "degraded", "healthy"].find((one) => healthsOfIts.includes(one)) || "absent",
            facts: [serves ? "serves" : its.length > 0 ? "does not serve" : "not there"],
        };
        return [row, ...its.map((one) => service(one, ports, row, serves))];
    });
    return [result, ...rows];
}

function activeWords(bond, members) {
    const active = text(bond.active);
    const member = members.find((one) => text(one.interface) === active);
    const place = member && text(member.port);
    return active && `active ${active}${place ? ` (${place})` : ""}`;
}

// What stands on another bar comes behind it.
function inOrder(bars) {
    const named = (name) => bars.find((one) => name && one.name === name && !one.parent);
    const below = new Map(bars.map((one) => [one, one.parent || named(one.on)]));
    const sorted = new Set();
    const add = (one, depth) => {
        if (sorted.has(one)) return;
        sorted.add(Object.assign(one, {depth}));
        for (const next of bars) if (below.get(next) === one) add(next, Math.min(depth + 1, 3));
    };
    for (const one of bars) if (!below.get(one) || below.get(one) === one) add(one, 0);
    for (const one of bars) add(one, 0);                  // two that stand on each other
    return [...sorted];
}

export function barsOf(given, ports) {
    const groups = objects(given.failovers), services = objects(given.services);
    const bars = [
        ...objects(given.bonds).map((one) => bond(one, ports)),
        ...objects(given.vlans).map((one) => vlan(one, ports)),
        ...groups.flatMap((one) => group(one, services, ports)),
        ...services.filter((one) => !groups.some((group) => text(group.name) === text(one.group)))
            .map((one) => service(one, ports, null, false)),
        ...objects(given.peers).flatMap((one) => peer(one, ports)),
        ...Object.keys(given).filter((key) => !known.includes(key)).flatMap((key) => objects(given[key])
            .filter((one) => text(one.name)).map((one) => other(key.replace(/s$/, ""), one, ports))),
    ];
    for (const one of bars) {
        const carrier = ports.find((port) => one.on && (port.name === one.on || port.interface === one.on));
        if (carrier && one.wires.length === 0) one.wires = [{port: carrier.name, active: carrier.link}];
    }
    return inOrder(bars);
}
