// The page in Cockpit, in a real browser, beside the daemon: what test/stories/picture_test.cpp does to the chassis is
// seen here, and what is clicked here is seen there.  Says each step when it is done: live.mjs URL URL-WITHOUT-RIGHTS.
import {execFileSync} from "node:child_process";
import fs from "node:fs";
import {Browser} from "./browser.mjs";

const [url, humble] = process.argv.slice(2);
const patience = 120000;                      // the machine may be a slow one
const browser = await Browser.start();

const say = (words) => console.log(words);
const shows = (id, words) => `[...document.querySelectorAll("[data-object]")].some((one) =>
    one.dataset.object === ${JSON.stringify(id)} && (one.getAttribute("aria-label") || "").includes(
    ${JSON.stringify(words)}))`;
const until = (expression, what) => browser.until(expression, what, patience);
const click = (id) => browser.value(`[...document.querySelectorAll("svg [data-object]")].find((one) =>
    one.dataset.object === ${JSON.stringify(id)}).dispatchEvent(new MouseEvent("click", {bubbles: true}))`);
const press = async (name) => {
    const button = `[...document.querySelectorAll("dialog[open] button")].find((one) =>
        one.textContent === ${JSON.stringify(name)})`;
    await until(button + " !== undefined", `the button ${name}`);
    await browser.value(button + ".click()");
};
const dialogSays = (words) => until(`document.querySelector("dialog[open]")?.textContent.includes(
    ${JSON.stringify(words)})`, `the dialog says ${words}`);

// When the daemon told it for the last time, by this machine's clock.
async function lastTold(event) {
    for (;;) {
        const events = execFileSync("hadctl", ["history", "--event", event, "--json"]).toString().trim().split("\n");
        if (events[0] !== "") return Date.parse(JSON.parse(events.pop()).time);
        await new Promise((well) => setTimeout(well, 200));          // the recorder has it in a second
    }
}

const steps = {
    async "ready"() {
        await browser.size(1280, 900);
        await browser.go(url);
        await until(shows("2", "slot 2: healthy"), "slot 2");
        await until(`document.querySelector("#state").hidden && document.querySelector("button.order")`, "buttons");
        await until(`document.querySelector("svg.timeline")`, "the history");
    },
    async "pulled"() {
        await until(shows("2", "empty"), "slot 2 without its card");
        const seen = Date.now();
        say(`seen ${seen - (await lastTold("card_out"))} ms after it was told`);
        await until(`document.querySelector(".alarms")?.textContent.includes("bond0/redundancy")`, "the alarm");
    },
    async "back"() {
        await until(shows("bond0", "bond bond0: healthy"), "the bond");
    },
    async "offline"() {
        await click("2");
        await press("Take slot 2 offline");
        await dialogSays("The daemon would begin with:");
        await press("Do it");
        await until(shows("2", "slot 2: offline"), "slot 2 offline");
        await press("Close");
    },
    async "online"() {
        await click("2");
        await press("Bring slot 2 online");
        await press("Do it");
        await until(shows("bond0", "bond bond0: healthy"), "the bond");
        await press("Close");
    },
    async "refused"() {
        await until(shows("12", "empty"), "slot 12 without its card");
        await click("2");
        await press("Take slot 2 offline");
        await dialogSays("It would be refused: slot 2 is not let go");
        await press("Close");
    },
    async "stale"() {
        await until(`!document.querySelector("#state").hidden`, "that the daemon is gone");
        if (await browser.value(`document.querySelector("svg.front") === null`)) throw new Error("no last picture");
    },
    async "recovered"() {
        await until(`document.querySelector("#state").hidden`, "that the daemon is there again");
    },
    async "hostile"() {
        await until(shows("12.0", "<img>"), "an interface of that name");
        if (await browser.value(`document.querySelector("img") !== null`)) throw new Error("a name became an element");
    },
    async "humble"() {
        await browser.go(humble);
        await until(shows("2", "slot 2: "), "the picture for everybody");
        await click("2");
        await until(`document.querySelector("dialog[open] dl")`, "the explanation");
        const buttons = await browser.value(`[...document.querySelectorAll("button.order")].length`);
        if (buttons !== 0) throw new Error(`${buttons} buttons for somebody without rights`);
    },
    async "report"() {
        fs.writeFileSync("/tmp/evil.conf", "; </script><img src=x onerror=alert(1)><script>alert(2)</script>\n");
        fs.writeFileSync("/tmp/report.html", execFileSync("hadctl", ["report", "/tmp/evil.conf"]));
        browser.asked = [];
        await browser.go("file:///tmp/report.html");
        await until(shows("bond0", "bond bond0: "), "the picture of the report");
        if (await browser.value(`document.querySelector("img") !== null`))
            throw new Error("a comment became an element");
        if (browser.asked.length !== 1) throw new Error(`it asks for ${browser.asked}`);
        const pages = await browser.pages();
        if (pages !== 1) throw new Error(`it prints on ${pages} pages`);
    },
};

let code = 0;
try {
    for (const [name, step] of Object.entries(steps)) {
        await step();
        say(name);
    }
    if (browser.said.length > 0) throw new Error(`the page complains: ${browser.said.join("; ")}`);
    say("done");
} catch (error) {
    say(`failed: ${error.message}`);
    code = 1;
}
await browser.end();
process.exit(code);
