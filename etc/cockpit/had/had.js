// The page in Cockpit: the picture of the daemon that runs, live.  It has no rights of its own: the user of the session
// is the one who speaks at the socket, and the daemon decides what he may.
/* global cockpit */
import {h, toElement} from "./tree.js";
import {draw} from "./chassis.js";
import {cardsOf} from "./model.js";
import {list, objects, text} from "./values.js";
import {onObject, onWidth, show} from "./page.js";
import {Client} from "./client.js";
import {Buttons} from "./buttons.js";
import {Pace} from "./pace.js";
import {effects, losses, ordersOf, pauseOrder} from "./orders.js";

const socket = "/run/had/had.sock";
const again = 1000;

const root = document.getElementById("picture"), state = document.getElementById("state");
const tools = document.getElementById("tools"), dialog = document.getElementById("about");

const shown = {status: null, timeline: null, availability: null, why: "", may: false, asOf: null, cards: {}};
const buttons = new Buttons(() => document.querySelectorAll("button.order"));
const pace = new Pace({status: readStatus, alive: ask, history: readHistory});
let client = null, painted = "", waits = false;

function paint() {
    if (shown.status === null) return;
    const {asOf, ...drawn} = shown;
    const now = JSON.stringify([drawn, root.clientWidth]);
    if (now === painted) return;
    painted = now;
    show(root, draw(shown, {width: root.clientWidth}));
    tools.replaceChildren(...(shown.may ? [orderButton(pauseOrder(shown.status))] : []));
}

function tell(words) {
    state.hidden = words === "";
    state.textContent = words;
    document.body.classList.toggle("stale", words !== "");
    buttons.tell(words !== "");
}

function tellStale(why) {
    const since = shown.asOf ? ` What is shown is as of ${shown.asOf.toLocaleTimeString()}.` : "";
    tell(`No connection to the daemon: ${why}.${since} Trying again.`);
}

// `call` of this connection; what goes wrong is told.
async function heard(call) {
    const asked = client;
    try {
        const answer = await call(asked);
        shown.asOf = new Date();
        tell("");
        return answer;
    } catch (error) {
        if (!asked.ended) tellStale(error.message);
        return null;
    }
}

async function readStatus() {
    const status = await heard((asked) => asked.call("status"));
    if (status === null) return false;
    shown.status = status;
    paint();
    nameCards();                              // it may take its time: the next status does not wait for it
    return true;
}

// A small answer.
function ask() { return heard((asked) => asked.call("alarms")); }

// Each model once.  Without the tool, or without a name, a card has its numbers.
async function nameCards() {
    const unknown = cardsOf(shown.status).filter((id) => !(id in shown.cards));
    for (const id of unknown) shown.cards[id] = "";
    for (const id of unknown) {
        try {
            const found = JSON.parse(await cockpit.spawn(["pcidb", "--json", "lookup", id], {err: "ignore"}));
            shown.cards[id] = brief(text(objects(found.cards)[0]?.name));
        } catch {
            // told by its numbers
        }
    }
    if (unknown.length > 0) paint();
}

const companies = /(,? (Corporation|Corp\.?|Company|Co\.,?|Ltd\.?|Limited|Incorporated|Inc\.?|LLC))+(?= )/;
const brief = (name) => name.replace(companies, "");

// Who may not change anything is refused before it is looked for such an alarm, and there is none.
async function askRights() {
    try {
        await client.call("alarm.ack", {id: "none/none"});
    } catch (error) {
        shown.may = error.code === "no-such-object";
    }
}

function connect() {
    const channel = cockpit.channel({payload: "stream", unix: socket, superuser: "try"});
    client = new Client(channel, {
        hello: async (hello) => {
            const strange = hello.api !== 1;
            if (strange) shown.why = `The daemon speaks version ${hello.api} of the protocol, and this page version 1.`;
            try {
                await client.call("subscribe", {changes: true});
                if (!strange) await askRights();
                pace.begin();
            } catch {
                // told as the end of the connection
            }
        },
        event: (event) => {
            if (event.event === "changed") pace.changed();
        },
        closed: (why) => {
            pace.end();
            tellStale(why);
            setTimeout(connectAgain, again);
        },
    });
}

function isSeen() { return !cockpit.hidden; }

// A page that nobody looks at waits until somebody does.
function connectAgain() {
    waits = !isSeen();
    if (!waits) connect();
}

async function readHistory() {
    const read = async (verb) => JSON.parse(await cockpit.spawn(["hadctl", verb, "--json", "--last", "30d"],
                                                                {superuser: "try", err: "message"}));
    let well = true;
    try {
        [shown.timeline, shown.availability] = await Promise.all([read("timeline"), read("availability")]);
        shown.why = "";
    } catch (error) {
        well = false;
        shown.timeline = shown.availability = null;
        shown.why = error.message || String(error);
    }
    paint();
    return well;
}

const words = (name, ...text) => toElement(h(name, {}, ...text), document);

const newButton = (order, name) => buttons.add(
    toElement(h("button", {type: "button", class: order.danger ? "order danger" : "order"}, name), document));

function orderButton(order) {
    const button = newButton(order, order.name);
    button.addEventListener("click", () => propose(order));
    return button;
}

function closing() {
    const button = words("button", "Close");
    button.addEventListener("click", () => dialog.close());
    return button;
}

function open(...parts) {
    dialog.replaceChildren(...parts);
    if (!dialog.open) dialog.showModal();
}

const menu = (...buttons) => {
    const element = words("menu");
    element.append(...buttons);
    return element;
};

// What the daemon would do, or why not.  A daemon that plans no orders says so by `usage`.
async function forecast(order) {
    const known = effects[order.verb] || "";
    if (order.verb !== "slot.offline" && order.verb !== "bond.activate" && order.verb !== "resume")
        return {refusal: "", parts: [words("p", known)]};
    try {
        const plan = await client.call("plan", order.verb === "resume" ? {} : {order: order.verb, ...order.args});
        const actions = objects(plan.actions);
        return {refusal: "", parts: [...losses(order, shown.status).map((one) => words("p", one)),
            words("p", known || (actions.length > 0 ? "The daemon would begin with:" : "")),
            toElement(h("dl", {}, actions.map((one) => [h("dt", {}, `${text(one.object)}: ${text(one.do)}`),
                                                        h("dd", {}, text(one.reason))])), document),
            ...(actions.length === 0 ? [words("p", "Nothing has to be changed for it.")] : []),
            ...list(plan.waiting).map((one) => words("p", `Waits: ${text(one)}`))]};
    } catch (error) {
        if (error.code === "usage")
            return {refusal: "", parts: [words("p", "This daemon cannot say beforehand what it would do. It refuses " +
                                                    "what would cut service.")]};
        return {refusal: error.message, parts: []};
    }
}

// First what it would do; then it is done, if that is what was meant.
async function propose(order) {
    const {refusal, parts} = await forecast(order);
    const title = words("h2", order.name);
    if (refusal) return open(title, words("p", `It would be refused: ${refusal}`), menu(closing()));
    const go = newButton(order, "Do it");
    go.addEventListener("click", async () => {
        if (!buttons.send(go)) return;
        try {
            const answer = await client.call(order.verb, order.args);
            open(title, words("p", text(answer.text) || text(answer.doing) || "It is done."), menu(closing()));
        } catch (error) {
            open(title, words("p", `Not done: ${error.message}`), menu(closing()));
        }
        pace.changed();
    });
    open(title, ...parts, menu(go, closing()));
}

async function explain(id) {
    const parts = [words("h2", id)];
    const orders = shown.may && !client.ended ? ordersOf(shown.status, id).map(orderButton) : [];
    try {
        const {steps} = await client.call("explain", {object: id});
        parts.push(toElement(h("dl", {}, objects(steps).map((step) =>
            [h("dt", {}, text(step.what)), h("dd", {}, text(step.why))])), document));
    } catch (error) {
        parts.push(words("p", error.message));
    }
    open(...parts, menu(...orders, closing()));
}

// As the user has chosen it for all of Cockpit.
function followTheme() {
    const chosen = localStorage.getItem("shell:style");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
    else delete document.documentElement.dataset.theme;
}

followTheme();
addEventListener("storage", followTheme);
onObject(root, explain);
onWidth(root, paint);
cockpit.addEventListener("visibilitychange", () => {
    pace.look(isSeen());
    if (waits) connectAgain();
});
connect();
pace.look(isSeen());
