// What can be ordered of an object: a row for each button.  `plan` of the daemon is asked first, with the same
// arguments, and says what would be done or why it would be refused.
import {objects, text, words} from "./values.js";

const slotOrders = [
    {verb: "slot.offline", name: "Take slot % offline", danger: true,
     when: (slot) => slot.card && text(slot.extraction) === ""},
    {verb: "slot.online", name: "Bring slot % online",
     when: (slot) => text(slot.extraction) !== "" || slot.health === "down"},
    {verb: "slot.identify", name: "Blink the LED of slot %", when: () => true},
];

const bond_of = (status, name) => objects(status.bonds).find((one) => text(one.name) === name);

// Of which members it is said what: where all run together none is chosen.
function groupOrders(status, group) {
    const id = text(group.name), own = objects(status.orders).filter((one) => text(one.group) === id);
    const is = (what, member) => own.some((one) => one.what === what && text(one.member) === member);
    const order = (verb, name, member, more) =>
        ({verb: `failover.${verb}`, name, args: {group: id, ...(member && {member})}, ...more});
    const free = words(group.members).filter((member) => !is("hold", member));
    return [
        ...free.filter((member) => text(group.failback) && member !== text(group.active) && !is("use", member))
            .map((member) => order("use", `Let ${member} serve in ${id}`, member)),
        ...free.map((member) => order("hold", `Stop ${member} of ${id}`, member, {danger: true})),
        ...(own.length > 0 ? [order("release", `End the orders about ${id}`)] : []),
    ];
}

// [{verb, name, args, danger}] for the object of this name.
export function ordersOf(status, id) {
    const slot = objects(status.slots).find((one) => text(one.name) === id);
    if (slot)
        return slotOrders.filter((order) => slot.controlled !== false && order.when(slot))
            .map(({verb, name, danger}) => ({verb, name: name.replace("%", () => id), danger, args: {slot: id}}));
    const bond = bond_of(status, id);
    if (bond) {
        const held = objects(status.orders).some((one) => one.what === "activate" && one.bond === id);
        return [...objects(bond.members).filter((one) => !one.active && one.carrier && text(bond.active))
            .map((one) => activation(id, text(one.port) || text(one.interface))),
            ...(held ? [{verb: "bond.auto", name: "Let the daemon choose again", args: {bond: id}}] : [])];
    }
    const group = objects(status.failovers).find((one) => text(one.name) === id);
    if (group) return groupOrders(status, group);
    const port = objects(status.slots).flatMap((one) => objects(one.ports)).find((one) => text(one.name) === id);
    if (port && port.role === "backup") return [activation(text(port.bond), id)];
    return [];
}

const activation = (bond, port) =>
    ({verb: "bond.activate", name: `Make ${port} the active port of ${bond}`, args: {bond, port}});

// Of the chassis as a whole.
export function pauseOrder(status) {
    const paused = objects(status.orders).some((one) => one.what === "pause");
    return paused ? {verb: "resume", name: "End the pause", args: {}}
                  : {verb: "pause", name: "Pause for 30 minutes", args: {}, danger: true};
}

// What goes out of service by the order, a sentence each: the plan has only what the daemon begins with.
export function losses(order, status) {
    if (order.verb !== "slot.offline") return [];
    const slot = objects(status.slots).find((one) => text(one.name) === order.args.slot);
    return objects(slot && slot.ports).flatMap((port) => [
        ...(text(port.bond) && port.role ? [`${text(port.name)} leaves ${text(port.bond)}` +
            (port.role === "active" ? ", which it carries now: another port takes over first." : ".")] : []),
        ...(Array.isArray(port.addresses) ? port.addresses : []).map((one) => `${text(port.name)} loses ${text(one)}.`),
    ]);
}

// In words, of an order for which the daemon makes no plan.
export const effects = {
    "slot.online": "The card serves again, or its slot is switched on.",
    "slot.identify": "The slot's LED blinks for 15 seconds. Nothing else changes.",
    "bond.auto": "The order ends, and failback of had.conf says whether the bond moves.",
    "failover.use": "The member takes over at once, and serves rather than any other until the orders about its " +
        "group are ended. When it fails, another one serves meanwhile.",
    "failover.hold": "The member does not run until the orders about its group are ended. If it serves now, the best " +
        "of the others takes over; without one the group is down.",
    "failover.release": "All orders about the group end, and failback of had.conf says when a better member serves " +
        "again.",
    pause: "The daemon watches and tells, and changes nothing, for 30 minutes. When a port fails, only the kernel's " +
        "own link monitor moves the bond.",
    resume: "The daemon acts again, and does at once what it has put off:",
};
