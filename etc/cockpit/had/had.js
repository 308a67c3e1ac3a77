// The page in Cockpit: the picture of the daemon that runs, live.  It has no rights of its own: the user of the session
// is the one who speaks at the socket, and the daemon decides what he may.
/* global cockpit */
import {h, toElement} from "./tree.js";
import {draw} from "./chassis.js";
import {list, objects, text} from "./model.js";
import {onObject, onWidth, show} from "./page.js";
import {Client} from "./client.js";
import {Buttons} from "./buttons.js";
import {effects, losses, ordersOf, pauseOrder} from "./orders.js";

const socket = "/run/had/had.sock";
const frame = 100, again = 1000, heartbeat = 10000, historyAgain = 60000;

const root = document.getElementById("picture"), state = document.getElementById("state");
const tools = document.getElementById("tools"), dialog = document.getElementById("about");

const shown = {status: null, timeline: null, availability: null, why: "", may: false, asOf: null};
const buttons = new Buttons(() => document.querySelectorAll("button.order"));
let client = null, asking = false, askAgain = false, lastAsked = 0, beat = 0;

function paint() {
    if (shown.status === null) return;
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

// A change is asked for at most ten times a second; what changed meanwhile is in the next answer.
function refresh() {
    if (asking) {
        askAgain = true;
        return;
    }
    asking = true;
    setTimeout(async () => {
        const asked = client;
        lastAsked = Date.now();
        try {
            const status = await asked.call("status");
            shown.status = status;
            shown.asOf = new Date();
            tell("");
            paint();
        } catch (error) {
            if (!asked.ended) tellStale(error.message);
        }
        asking = false;
        if (askAgain && asked === client && !asked.ended) {
            askAgain = false;
            refresh();
        }
    }, Math.max(0, lastAsked + frame - Date.now()));
}

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
    asking = askAgain = false;
    client = new Client(channel, {
        hello: async (hello) => {
            const strange = hello.api !== 1;
            if (strange) shown.why = `The daemon speaks version ${hello.api} of the protocol, and this page version 1.`;
            try {
                await client.call("subscribe", {changes: true});
                if (!strange) await askRights();
                refresh();
            } catch {
                // told as the end of the connection
            }
        },
        event: (event) => {
            if (event.event === "changed") refresh();
        },
        closed: (why) => {
            clearInterval(beat);
            tellStale(why);
            setTimeout(connect, again);
        },
    });
    beat = setInterval(refresh, heartbeat);
}

async function readHistory() {
    const read = async (verb) => JSON.parse(await cockpit.spawn(["hadctl", verb, "--json", "--last", "30d"],
                                                                {superuser: "try", err: "message"}));
    try {
        [shown.timeline, shown.availability] = await Promise.all([read("timeline"), read("availability")]);
        shown.why = "";
    } catch (error) {
        shown.timeline = shown.availability = null;
        shown.why = error.message || String(error);
    }
    paint();
    setTimeout(readHistory, historyAgain);
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
        refresh();
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
connect();
readHistory();
