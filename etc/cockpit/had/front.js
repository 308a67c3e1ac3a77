// The front of the chassis: domains as bays, slots as cards, and below them each service as a bar.  A wire leads from a
// port down to a lane of its service, along it to the left, and down a riser to the bar.  Where wires only cross there
// is no mark, as in a circuit diagram; where they meet there is one, and its form tells what the monitors find there.
// What a bar is made of, as the LANs of a peer and the members of a group, stands below it on a line of its own.
import {h} from "./tree.js";
import {healths, joined, worstPath} from "./values.js";

const portHeight = 22, gutterStep = 7, laneStep = 10, barHeight = 34, thinHeight = 22, depthStep = 22;
const emptyWidth = 48, headHeight = 24;
// Of a port.  Where there is room its interface has it.
const widths = [112, 100, 88, 76];

// About as wide as the page's font is; all of it is in the label.
export function cut(words, width, perLetter = 6) {
    const letters = [...words];
    const room = Math.max(1, Math.floor(width / perLetter));
    return letters.length <= room ? words : letters.slice(0, room - 1).join("") + "…";
}

const round = (number) => Math.round(number * 10) / 10;
const polygon = (points, attributes) =>
    h("polygon", {points: points.map(([x, y]) => `${round(x)},${round(y)}`).join(" "), ...attributes});
const ring = (x, y, r, corners, turn) => Array.from({length: corners}, (_, i) => {
    const angle = (2 * Math.PI * i) / corners + turn;
    return [x + r * Math.sin(angle), y - r * Math.cos(angle)];
});

// A lamp says the same by its colour and by its shape.
export function lamp(health, x, y, r = 5) {
    const attributes = {class: `lamp ${health}`};
    switch (health) {
    case "healthy": return h("circle", {cx: x, cy: y, r, ...attributes});
    case "degraded": return polygon([[x, y - r], [x + r, y + r], [x - r, y + r]], attributes);
    case "down": return h("path", {d: `M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`,
                                   ...attributes});
    case "offline": return polygon(ring(x, y, r + 1, 4, 0), attributes);
    case "quarantined": return polygon(ring(x, y, r + 1, 6, 0), attributes);
    case "contested": return h("path", {d: `M${x - r} ${y}H${x + r}M${x} ${y - r}V${y + r}`, ...attributes});
    default: return h("circle", {cx: x, cy: y, r: r - 1, ...attributes});
    }
}

function pathMark(path, x, y, active) {
    const r = 3;
    switch (path && path.state) {
    case undefined: return h("circle", {class: `joint ${active ? "active" : ""}`, cx: x, cy: y, r: active ? 3 : 2});
    case "good": return polygon(ring(x, y, r + 1, 4, 0), {class: "path good"});
    case "silent": return h("path", {class: "path silent",
                                     d: `M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`});
    case "doubted": return polygon(ring(x, y, r + 1, 3, Math.PI), {class: "path doubted"});
    default: return h("circle", {class: "path unproven", cx: x, cy: y, r});
    }
}

// An object that can be reached by the keyboard, is read aloud, and tells more when it is chosen.
export function button(id, label, attributes, ...children) {
    return h("g", {...attributes, class: `object ${attributes.class || ""}`, role: "button", tabindex: 0,
                   "data-object": id, "aria-label": label}, h("title", {}, label), ...children);
}

const pathWords = (paths) => paths.map((one) => joined([`${one.monitor} ${one.state}`, one.text], ": "));

export function portLabel(port) {
    const link = !port.there ? "not there" : !port.up ? "set down" : port.link ? "link up" : "no link";
    return joined([`port ${port.name}: ${port.health}`, port.interface, link,
                   joined([port.bond || port.config, port.role], " "), port.driver, port.addresses.join(" "),
                   port.doing, port.idle, port.problem, ...pathWords(port.paths)]);
}

function drawPort(port, x, y, width) {
    const short = port.name.slice(port.name.lastIndexOf(".") + 1);
    return button(port.name, portLabel(port), {class: `port ${port.health}`},
        h("rect", {class: port.there ? (port.link ? "jack linked" : "jack") : "jack gone",
                   x: x + 3, y: y + 2, width: width - 6, height: portHeight - 4, rx: 3}),
        lamp(port.health, x + 12, y + portHeight / 2, 4.5),
        h("text", {x: x + 20, y: y + portHeight / 2 + 3.5}, cut(joined([short, port.interface], " "), width - 24)));
}

function blueLed(slot, x, y) {
    return [slot.led === "lit" && h("path", {class: "rays",
                d: `M${x - 8} ${y}H${x + 8}M${x} ${y - 8}V${y + 8}M${x - 6} ${y - 6}L${x + 6} ${y + 6}` +
                   `M${x + 6} ${y - 6}L${x - 6} ${y + 6}`}),
            h("circle", {class: `blue ${slot.led}`, cx: x, cy: y, r: 4})];
}

export function slotLabel(slot) {
    const led = {lit: "blue LED lit: safe to pull", changing: "on its way out", dark: ""}[slot.led];
    return joined([`slot ${slot.name}: ${slot.health}`, slot.card ? `card ${slot.card}` : "empty",
                   slot.missing && `missing ${slot.missing}`, slot.controlled ? "" : "another host's", led, slot.doing,
                   slot.problem]);
}

const isBlank = (slot) => !slot.card && slot.ports.length === 0;

function drawSlot(place, y, height) {
    const {slot, x, width, portWidth} = place;
    const label = slotLabel(slot);
    const outline = (kind) => h("rect", {class: kind, x, y, width, height, rx: 3});
    if (isBlank(slot))
        return h("g", {class: `slot ${slot.health}`},
            button(slot.name, label, {}, outline("blank"),
                h("text", {class: "name", x: x + width / 2, y: y + 16, "text-anchor": "middle"}, cut(slot.name, width)),
                slot.led !== "dark" && blueLed(slot, x + width / 2, y + 32),
                slot.health !== "absent" && lamp(slot.health, x + width / 2, y + height - 10)));
    return h("g", {class: `slot ${slot.health}`, role: "group", "aria-label": `slot ${slot.name}`},
        button(slot.name, label, {}, outline(slot.card ? "card" : "card gone"),
            h("path", {class: "handle", d: `M${x + 4} ${y}h${width - 8}l-5 7h${18 - width}z`}),
            lamp(slot.health, x + 10, y + 16, 4.5),
            h("text", {class: "name", x: x + 18, y: y + 20}, cut(slot.name, width - 34, 7)),
            blueLed(slot, x + width - 10, y + 16),
            h("text", {class: "model", x: x + 6, y: y + height - 6},
                slot.card ? cut(slot.card, portWidth - 4, 5.4) : "empty")),
        slot.ports.map((port, i) => drawPort(port, x, y + headHeight + i * portHeight, portWidth)));
}

// Each slot has its place in a row; a bay goes on in the next row.
function rowsOf(bays, left, width, wiresOfPort, portWidth) {
    const rows = [];
    let x = 0, row = null;
    const begin = () => {
        rows.push(row = {segments: []});
        x = left;
    };
    for (const bay of bays) {
        let segment = null;
        for (const slot of bay.slots) {
            const wired = slot.ports.reduce((sum, port) => sum + wiresOfPort(port.name), 0);
            const size = isBlank(slot) ? emptyWidth : portWidth + 4 + wired * gutterStep;
            const gap = segment ? 4 : row && row.segments.length > 0 ? 18 : 6;
            if (!row || (x + gap + size + 6 > width && row.segments.some((one) => one.places.length > 0))) {
                begin();
                segment = null;
            }
            if (!segment) {
                row.segments.push(segment = {bay, places: []});
                x += row.segments.length > 1 ? 18 : 6;
            } else x += 4;
            segment.places.push({slot, x, width: size, portWidth});
            x += size;
        }
    }
    return rows;
}

// The widest ports that take no more rows than the narrowest do.
function fittingRows(...given) {
    const all = widths.map((portWidth) => rowsOf(...given, portWidth));
    return all.find((rows) => rows.length === all[all.length - 1].length);
}

function drawBay(segment, y, height) {
    const first = segment.places[0], last = segment.places[segment.places.length - 1];
    const x = first.x - 6, width = last.x + last.width + 6 - x;
    const {domain, controlled} = segment.bay;
    const name = joined([domain && `domain ${domain}`, controlled ? "" : "another host's"]);
    const room = width - 6, title = name.length * 6 > room ? domain && `domain ${domain}` : name;
    return h("g", {class: controlled ? "bay" : "bay foreign", role: "group", "aria-label": name || "slots"},
        h("rect", {x, y, width, height, rx: 5}),
        title && h("text", {class: "title", x: x + 4, y: y + 14}, cut(title, room)),
        segment.places.map((place) => drawSlot(place, y + 20, height - 26)));
}

// What is found on a wire: a LAN's is its own, all others are the port's.
const pathsOf = (port, wire) => wire.paths || port.paths;
const isSilent = (paths) => paths.some((path) => path.state === "silent");
const wireClass = (port, wire) => joined(["wire", wire.active && "active", !port.link && "dead",
    isSilent(pathsOf(port, wire)) && "silent"], " ");

// From the port's right edge to the right, and down to the lane.
function drawWire(end, lane, riser) {
    const {port, wire, x, y, drop} = end;
    const kind = wireClass(port, wire);
    return [h("path", {class: kind, d: `M${x} ${round(y)}H${round(drop)}V${lane}`}),
            wire.active && h("path", {class: kind, d: `M${round(drop)} ${lane}H${riser}`})];
}

// Where each wire of a row begins.
function endsOf(row, top, services) {
    const ends = [];
    for (const {slot, x, portWidth} of row.segments.flatMap((segment) => segment.places)) {
        let used = 0;
        slot.ports.forEach((port, i) => services.forEach((service, k) => {
            const wire = service.wires.find((one) => one.port === port.name);
            if (!wire) return;
            ends.push({k, port, wire, x: x + portWidth - 3, y: top + headHeight + (i + 0.5) * portHeight,
                       drop: x + portWidth + 3 + used++ * gutterStep});
        }));
    }
    return ends;
}

function drawLanes(ends, top, services, riserOf) {
    const out = [], lowest = new Map();
    let lane = top;
    services.forEach((service, k) => {
        const here = ends.filter((end) => end.k === k);
        if (here.length === 0) return;
        lane += laneStep;
        const last = Math.max(...here.map((end) => end.drop));
        out.push(h("path", {class: "wire lane", d: `M${round(last)} ${lane}H${riserOf(k)}`}));
        out.push(here.map((end) => drawWire(end, lane, riserOf(k))));
        const mark = (end) => pathMark(worstPath(pathsOf(end.port, end.wire)), round(end.drop), lane, end.wire.active);
        out.push(here.map(mark));
        lowest.set(k, {lane, active: here.some((end) => end.wire.active)});
    });
    return {out, lowest, bottom: lane};
}

export function serviceLabel(service) {
    const of = service.parent && service.kind !== "service" ? ` of ${service.parent.kind} ${service.parent.name}` : "";
    return joined([`${service.kind} ${service.name}${of}: ${service.health}`, ...service.facts,
                   service.addresses.join(" "), service.doing, service.problem, service.exposure, ...service.waiting,
                   ...pathWords(service.paths)]);
}

const secondLine = (service) =>
    joined([service.addresses.join(" "), service.problem || service.doing || service.exposure], "; ");
const heightOf = (service) => (service.parent && secondLine(service) === "" ? thinHeight : barHeight);

function drawBar(service, x, y, width) {
    const path = service.parent ? null : worstPath(service.paths), below = secondLine(service);
    const height = heightOf(service) - 4, middle = y + height / 2;
    return button(service.id, serviceLabel(service), {class: `service ${service.health}`},
        h("rect", {class: "bar", x, y, width, height, rx: 4}),
        lamp(service.health, x + 12, middle),
        h("text", {x: x + 24, y: below ? y + 12 : middle + 4},
            h("tspan", {class: "name"}, cut(service.name, width - 40, 7)),
            h("tspan", {dx: 8}, cut(joined([service.word, service.health, ...service.facts]),
                                          width - 60 - service.name.length * 7))),
        below && h("text", {class: "small", x: x + 24, y: y + 25}, cut(below, width - 46, 5.6)),
        path && pathMark(path, x + width - 12, middle, false));
}

// From the bar above to this one, with what is found on the way.
function drawStem(service, x, from, middle) {
    const path = service.parent && worstPath(service.paths);
    const kind = joined(["wire", service.active ? "active" : "lane", isSilent(service.paths) && "silent"], " ");
    return [h("path", {class: kind, d: `M${x - 12} ${from}V${middle}H${x}`}),
            path && pathMark(path, x - 6, middle, service.active)];
}

function legend(y, width) {
    const marks = [["good", "answers come"], ["silent", "silent"], ["unproven", "unproven"],
                   ["doubted", "another is better"]];
    let x = 8, line = y;
    const place = (mark, name) => {
        const size = 24 + name.length * 5.6;
        if (x + size > width) x = 8, line += 16;
        const out = [mark(x + 6, line), h("text", {class: "small", x: x + 15, y: line + 3.5}, name)];
        x += size;
        return out;
    };
    const all = [healths.map((health) => place((lx, ly) => lamp(health, lx, ly, 4.5), health)),
                 place((lx, ly) => h("path", {class: "wire active", d: `M${lx - 6} ${ly}h12`}), "the active way"),
                 marks.map(([state, name]) => place((lx, ly) => pathMark({state}, lx, ly, false), name))];
    return {drawn: h("g", {class: "legend", "aria-hidden": "true"}, all), bottom: line + 12};
}

// `width` in units of the drawing, which are pixels where it is not scaled.
export function drawFront(model, width) {
    const {services} = model;
    const wired = services.map((service, k) => k).filter((k) => services[k].wires.length > 0);
    const step = Math.min(7, 56 / Math.max(1, wired.length));
    const riserOf = (k) => round(6 + wired.indexOf(k) * step);
    const left = Math.round(12 + wired.length * step);
    const wiresOfPort = (name) => services.filter((one) => one.wires.some((wire) => wire.port === name)).length;
    const rows = fittingRows(model.bays, left, width, wiresOfPort);
    const bays = [], wires = [], risers = new Map();
    let y = 4;
    for (const row of rows) {
        const most = Math.max(1, ...row.segments.flatMap((one) => one.places.map((place) => place.slot.ports.length)));
        const height = headHeight + most * portHeight + 16 + 26;
        bays.push(row.segments.map((segment) => drawBay(segment, y, height)));
        const lanes = drawLanes(endsOf(row, y + 20, services), y + height, services, riserOf);
        wires.push(lanes.out);
        for (const [k, {lane, active}] of lanes.lowest)
            risers.set(k, [...(risers.get(k) || []), {lane, active}]);
        y = lanes.bottom + 14;
    }
    const bottoms = [];                       // of the last bar of each depth
    const bars = services.map((service, k) => {
        const x = left + service.depth * depthStep, height = heightOf(service), middle = y + (height - 4) / 2;
        for (const {lane, active} of risers.get(k) || [])
            wires.push(h("path", {class: active ? "wire active" : "wire lane",
                                  d: `M${riserOf(k)} ${lane}V${middle}H${x}`}));
        if (service.depth > 0) wires.push(drawStem(service, x, bottoms[service.depth - 1], middle));
        bottoms[service.depth] = y + height - 4;
        const bar = drawBar(service, x, y, width - x - 4);
        y += height;
        return bar;
    });
    // Lines, the way that is used over all others, and over it what is found there.
    const kindOf = (node) => node.attributes.find(([name]) => name === "class")[1];
    const rank = (node) => (!kindOf(node).startsWith("wire") ? 2 : / active/.test(kindOf(node)) ? 1 : 0);
    const flat = wires.flat(Infinity).filter(Boolean);
    const {drawn, bottom} = legend(y + 12, width);
    return h("svg", {class: "front", viewBox: `0 0 ${width} ${Math.ceil(bottom)}`, role: "group",
                     "aria-label": "front of the chassis"},
        bays,
        h("g", {class: "wires", "aria-hidden": "true"}, 
            [0, 1, 2].map((kind) => flat.filter((one) => rank(one) === kind))),
        bars, drawn);
}
