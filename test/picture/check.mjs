// What the modules do that no picture shows.  Each case is a sentence; one that fails is told, and the status is 1.
import fs from "node:fs";
import {draw} from "../../etc/cockpit/had/chassis.js";
import {toText} from "../../etc/cockpit/had/tree.js";
import {duration, figures} from "../../etc/cockpit/had/timeline.js";
import {cut} from "../../etc/cockpit/had/front.js";
import {Client} from "../../etc/cockpit/had/client.js";
import {Buttons} from "../../etc/cockpit/had/buttons.js";
import {Pace} from "../../etc/cockpit/had/pace.js";
import {losses, ordersOf, pauseOrder} from "../../etc/cockpit/had/orders.js";

class Channel {
    constructor() {
        Object.assign(this, {sent: [], listeners: {}, closed: false});
    }
    addEventListener(name, f) { this.listeners[name] = f; }
    send(text) { this.sent.push(text); }
    close() { this.closed = true; }
    hears(text) { this.listeners.message({}, text); }
}

const clock = {pending: [], setTimeout(f) { return this.pending.push(f); }, clearTimeout() {}};

function connected() {
    const channel = new Channel(), heard = [];
    const client = new Client(channel, {
        hello: (hello) => heard.push(`hello ${hello.had}`), event: (event) => heard.push(`event ${event.event}`),
        closed: (why) => heard.push(`closed: ${why}`),
    }, clock);
    return {channel, client, heard};
}

// A page on a clock of its own, and what it has asked since it was looked at.
class Paced {
    constructor() {
        Object.assign(this, {time: 0, next: 1, due: new Map(), asked: {}, slow: null, recorded: true, known: true});
        const count = (what) => async () => {
            this.asked[what] = (this.asked[what] || 0) + 1;
            if (what !== "status") return this.recorded;
            await this.slow;
            return this.known;
        };
        this.pace = new Pace({status: count("status"), alive: count("alive"), history: count("history")}, this,
                             () => this.time);
    }
    setTimeout(f, after) {
        this.due.set(this.next, {at: this.time + after, f});
        return this.next++;
    }
    clearTimeout(id) { this.due.delete(id); }
    async passes(length) {
        const end = this.time + length;
        for (;;) {
            await new Promise((well) => setImmediate(well));
            const first = [...this.due].sort((a, b) => a[1].at - b[1].at)[0];
            if (!first || first[1].at > end) break;
            this.due.delete(first[0]);
            this.time = first[1].at;
            first[1].f();
        }
        this.time = end;
        const asked = this.asked;
        this.asked = {};
        return asked;
    }
}
const second = 1000, minute = 60 * second;

const same = (a, b) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${JSON.stringify(a)} is not ${JSON.stringify(b)}`);
};
const drawn = (status) => toText(draw({status}, {width: 800}));
const elements = (text) => [...text.matchAll(/<([a-z]+)/gi)].map((found) => found[1]);

const evil = `<img src=x onerror=alert(1)>"'&</script><script>alert(1)</script>\u202egpj.exe\u0000\u001b[31m`;
// Every text of a status is hostile.
const poisoned = (value) => Array.isArray(value) ? value.map(poisoned)
    : value && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poisoned(one)]))
        : typeof value === "string" ? evil : value;

const cases = {
    "an order goes out once, whatever is heard meanwhile": () => {
        const page = [], buttons = new Buttons(() => page);
        page.push(buttons.add({}));
        same(page[0].disabled, true);         // nothing was heard yet
        buttons.tell(false);
        same(page[0].disabled, false);
        same([buttons.send(page[0]), buttons.send(page[0])], [true, false]);
        buttons.tell(false);
        same(page[0].disabled, true);
    },
    "no button of a stale picture can be pressed, however late it is drawn": () => {
        const page = [], buttons = new Buttons(() => page);
        buttons.tell(false);
        page.push(buttons.add({}));
        buttons.tell(true);
        page.push(buttons.add({}));
        same(page.map((button) => button.disabled), [true, true]);
        same(buttons.send(page[1]), false);
        buttons.tell(false);
        same(page.map((button) => button.disabled), [false, false]);
    },
    "of a chassis that nobody changes the page asks six small questions a minute, and once an hour for the history":
        async () => {
            const page = new Paced();
            page.pace.look(true);
            page.pace.begin();
            same(await page.passes(5 * second), {history: 1, status: 1});
            await page.passes(5 * minute);    // what it has missed before
            same(await page.passes(10 * minute), {alive: 60});
            same(await page.passes(60 * minute), {alive: 360, history: 1});
        },
    "a thousand changes a second are asked for ten times, and the history once a minute": async () => {
        const page = new Paced();
        page.pace.look(true);
        page.pace.begin();
        await page.passes(5 * minute);
        for (let i = 0; i < 3000; ++i) page.setTimeout(() => page.pace.changed(), i);
        same((await page.passes(3 * second)).status, 31);
        same((await page.passes(10 * minute)).history, 1);
    },
    "a page that nobody looks at asks nothing, and catches up when somebody does": async () => {
        const page = new Paced();
        page.pace.look(true);
        page.pace.begin();
        await page.passes(5 * minute);
        page.pace.look(false);
        page.pace.changed();
        same([await page.passes(600 * minute), page.due.size], [{}, 0]);
        page.pace.look(true);
        same(await page.passes(second), {history: 1, status: 1});
    },
    "a history that cannot be read is asked for again in a minute": async () => {
        const page = new Paced();
        page.recorded = false;
        page.pace.look(true);
        same((await page.passes(10 * minute)).history, 11);
        page.recorded = true;
        same((await page.passes(30 * minute)).history, 1);
    },
    "a status that could not be read is asked for again, and not called current by another answer": async () => {
        const page = new Paced();
        page.pace.look(true);
        page.pace.begin();
        await page.passes(5 * minute);
        page.known = false;
        page.pace.changed();
        const missed = await page.passes(minute - second);
        same([missed.status, missed.alive], [6, undefined]);
        page.known = true;
        const known = await page.passes(minute);
        same([known.status, known.alive], [1, 5]);
        page.slow = new Promise(() => {});
        page.pace.changed();
        same((await page.passes(minute)).alive, undefined);
        page.pace.end();
        page.slow = null;
        page.known = false;
        page.pace.begin();
        same((await page.passes(minute)).alive, undefined);
    },
    "a clock that is set back stops nothing": async () => {
        const waits = [], timer = {setTimeout: (f, after) => waits.push({f, after}), clearTimeout() {}};
        const clock = Date.now;
        let back = 0;
        Date.now = () => clock() - back;
        try {
            const pace = new Pace({status: async () => true, alive() {}, history: async () => true}, timer);
            pace.begin();
            waits.find((one) => one.after < second).f();
            await new Promise((well) => setImmediate(well));
            back = 60 * minute;
            pace.changed();
        } finally {
            Date.now = clock;
        }
        same(waits.filter((one) => one.after <= 100).length, 2);
    },
    "what was asked of a connection that has ended holds up nobody": async () => {
        const page = new Paced();
        page.pace.look(true);
        page.slow = new Promise(() => {});
        page.pace.begin();
        same((await page.passes(second)).status, 1);
        page.pace.end();
        page.slow = null;
        page.pace.begin();
        same((await page.passes(second)).status, 1);
        page.pace.changed();
        same((await page.passes(second)).status, 1);
        page.pace.end();
        page.pace.changed();
        same((await page.passes(second)).status, undefined);
    },
    "names are text, whatever they hold": (status) => {
        const text = drawn(poisoned(status));
        const known = new Set(elements(drawn(status)));
        for (const name of elements(text)) if (!known.has(name)) throw new Error(`an element ${name}`);
        if (/<(img|script)/.test(text) || /[\u0000\u001b\u202e]/.test(text)) throw new Error("markup or controls");
        if (!text.includes("&lt;img src=x onerror=alert(1)&gt;&quot;")) throw new Error("it is not there");
    },
    "half an answer is drawn as half, and none as none": (status) => {
        const half = (value) => Array.isArray(value) ? [...value.slice(0, 1), null, 7, "x"] : value;
        for (const key of Object.keys(status)) {
            drawn({...status, [key]: undefined});
            drawn({...status, [key]: null});
            drawn({...status, [key]: "x"});
            drawn({...status, [key]: {}});
            drawn({...status, [key]: half(status[key])});
        }
        for (const nothing of [undefined, null, 7, "x", [], {}, {slots: [{}], bonds: [{}], vlans: [{}], orders: [{}]}])
            drawn(nothing);
    },
    "a kind of object that is newer than the page is a bar": (status) => {
        const text = drawn({...status, rings: [{name: "g1", health: "down", on: "bond0", members: [{port: "2.0"}]}]});
        if (!text.includes('aria-label="ring g1: down"')) throw new Error(text.slice(0, 2000));
    },
    "a service of a group that is not there stands by itself, and a peer of which only half is known is drawn": () => {
        const text = drawn({services: [{name: "a", group: "gone", member: "x"}], failovers: [{members: [null, "m"]}],
                            peers: [{name: "p", lans: [null, {}, {lan: 7}]}]});
        for (const label of ["service a: unknown", "member m of group : absent", "peer p: unknown", "LAN 7 of peer p"])
            if (!text.includes(`aria-label="${label}`)) throw new Error(`no ${label} in ${text}`);
    },
    "services that stand on each other are drawn once": () => {
        const text = drawn({vlans: [{name: "a", on: "b"}, {name: "b", on: "a"}]});
        same(text.match(/data-object="[ab]"/g).length, 2);
    },
    "lengths and figures are rounded down": () => {
        same(duration(3100000), "3 s 100 ms");
        same(duration(0), "0 s");
        same(duration(90061e6), "1 d 1 h");
        same(figures({adjusted_e8: 99998999, adjusted_nines: 4, down_us: 26e6}, 2592e9),
             "99.998999 %, 4 nines; down 26 s of 25 s 920 ms");
        same(figures({adjusted_e8: null}, 0), "unknown; down 0 s");
        same(cut("abcdefgh", 30), "abcd…");
        same(cut("abc", 30), "abc");
    },
    "a reply finds its request, in however many parts it comes": async () => {
        const {channel, client, heard} = connected();
        channel.hears('{"had":"3.0.0","api":1,"inst');
        channel.hears('ance":"ab12"}\n{"event":"changed"}\n');
        same(heard, ["hello 3.0.0", "event changed"]);
        const status = client.call("status"), plan = client.call("plan", {slot: "2"});
        same(channel.sent[1], '{"id":2,"verb":"plan","args":{"slot":"2"}}\n');
        channel.hears('{"id":1,"ok":{"health":"down"}}\n{"id":2,"error":{"code":"refused","text":"no"}}\n');
        same(await status, {health: "down"});
        same(await plan.catch((error) => [error.code, error.message]), ["refused", "no"]);
    },
    "what is not the protocol ends the connection, and says so": async () => {
        for (const junk of ["junk\n", "null\n", "[]x\n", "7\n"]) {
            const {channel, client, heard} = connected();
            const call = client.call("status").catch((error) => error.code);
            channel.hears(junk);
            same([heard, channel.closed, await call], [["closed: this is not the daemon's protocol"], true, "closed"]);
        }
    },
    "an end, a refusal to connect and silence are told once": async () => {
        const refused = connected();
        refused.channel.hears('{"id":null,"error":{"code":"too-many","text":"too many clients"}}\n');
        refused.channel.listeners.close({}, {problem: "disconnected"});
        same(refused.heard, ["closed: too many clients"]);
        const denied = connected();
        denied.channel.listeners.close({}, {problem: "access-denied"});
        same(denied.heard, ["closed: access-denied"]);
        const silent = connected();
        const call = silent.client.call("status").catch((error) => error.code);
        clock.pending.pop()();
        same([silent.heard, await call], [["closed: no answer to status in 10 s"], "closed"]);
    },
    "of a group a member is chosen, stopped, and let go": () => {
        const group = {name: "wan", members: ["dsl", "lte"], active: "dsl", failback: "after 5min"};
        const said = (orders, more) => ordersOf({failovers: [{...group, ...more}], orders}, "wan")
            .map((order) => `${order.verb} ${order.args.group} ${order.args.member || ""}`.trim());
        same(said([]), ["failover.use wan lte", "failover.hold wan dsl", "failover.hold wan lte"]);
        same(said([{what: "use", group: "wan", member: "lte"}]),
             ["failover.hold wan dsl", "failover.hold wan lte", "failover.release wan"]);
        same(said([{what: "hold", group: "wan", member: "lte"}, {what: "hold", group: "lan", member: "dsl"}]),
             ["failover.hold wan dsl", "failover.release wan"]);
        same(said([], {failback: ""}), ["failover.hold wan dsl", "failover.hold wan lte"]);
        same(ordersOf({failovers: [{name: "wan", members: 7}]}, "wan"), []);
    },
    "what can be ordered follows from the state": (status) => {
        const names = (id, of = status) => ordersOf(of, id).map((order) => order.verb);
        same(names("2"), ["slot.offline", "slot.identify"]);
        same(names("16"), ["slot.online", "slot.identify"]);
        same(names("3"), []);
        same(names("2.1"), ["bond.activate"]);
        same(names("2.0"), []);
        same(names("nobody"), []);
        same(names("bond0")[0], "bond.activate");
        same(losses({verb: "slot.offline", args: {slot: "2"}}, status),
             ["2.0 leaves bond0, which it carries now: another port takes over first.", "2.1 leaves bond0."]);
        same(losses({verb: "slot.identify", args: {slot: "2"}}, status), []);
        same(losses({verb: "slot.offline", args: {slot: "9"}}, {}), []);
        same(pauseOrder({}).verb, "pause");
        same(pauseOrder({orders: [{what: "pause"}]}).verb, "resume");
    },
};

const status = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
let failed = 0;
for (const [name, run] of Object.entries(cases)) {
    try {
        await run(status);
    } catch (error) {
        failed += 1;
        console.log(`${name}: ${error.message}\n${error.stack}`);
    }
}
console.log(`${Object.keys(cases).length - failed} of ${Object.keys(cases).length} cases are well`);
process.exitCode = failed === 0 ? 0 : 1;
