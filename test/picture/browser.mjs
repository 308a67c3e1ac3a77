// A real browser, without a library: Chromium takes the commands of its DevTools protocol on a pipe, each ended by a
// zero byte (--remote-debugging-pipe).
import {spawn} from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export class Browser {
    static async start() {
        const browser = new Browser();
        browser.directory = fs.mkdtempSync(path.join(os.tmpdir(), "had-browser-"));
        browser.process = spawn("chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            "--disable-component-update", `--user-data-dir=${browser.directory}`, "--remote-debugging-pipe"],
            {stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"]});
        Object.assign(browser, {id: 0, waiting: new Map(), rest: "", said: [], asked: []});
        browser.process.stdio[4].setEncoding("utf8").on("data", (data) => browser.hear(data));
        const {targetId} = await browser.call("Target.createTarget", {url: "about:blank"});
        browser.session = (await browser.call("Target.attachToTarget", {targetId, flatten: true})).sessionId;
        for (const part of ["Page", "Runtime", "Log", "Network"]) await browser.call(`${part}.enable`);
        return browser;
    }

    hear(data) {
        const messages = (this.rest + data).split("\0");
        this.rest = messages.pop();
        for (const message of messages.map((text) => JSON.parse(text))) {
            const waits = this.waiting.get(message.id);
            this.waiting.delete(message.id);
            if (waits && message.error) waits.ill(new Error(message.error.message));
            else if (waits) waits.well(message.result);
            // What a page complains of: an exception, a refusal by its policy.
            if (message.method === "Runtime.exceptionThrown")
                this.said.push(message.params.exceptionDetails.exception?.description || "an exception");
            if (message.method === "Log.entryAdded") this.said.push(message.params.entry.text);
            if (message.method === "Network.requestWillBeSent") this.asked.push(message.params.request.url);
        }
    }

    call(method, params = {}) {
        const id = ++this.id;
        this.process.stdio[3].write(JSON.stringify({id, method, params, sessionId: this.session}) + "\0");
        return new Promise((well, ill) => this.waiting.set(id, {well, ill}));
    }

    async size(width, height, dark = false) {
        await this.call("Emulation.setDeviceMetricsOverride", {width, height, deviceScaleFactor: 1, mobile: false});
        const features = [{name: "prefers-color-scheme", value: dark ? "dark" : "light"}];
        await this.call("Emulation.setEmulatedMedia", {features});
    }
    go(url) { return this.call("Page.navigate", {url}); }

    // The value of an expression in the page.
    async value(expression) {
        const {result, exceptionDetails} = await this.call("Runtime.evaluate",
            {expression, awaitPromise: true, returnByValue: true, userGesture: true});
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
        return result.value;
    }

    // Waits until an expression is true; `what` says of what, when it does not come.
    async until(expression, what, limit = 20000) {
        const end = Date.now() + limit;
        while (!(await this.value(expression).catch(() => false))) {
            if (Date.now() > end)
                throw new Error(`${what}: not within ${limit / 1000} s; the page has ` +
                                (await this.value("document.body.innerText").catch(() => "nothing")).slice(0, 1500));
            await new Promise((well) => setTimeout(well, 20));
        }
        return limit - (end - Date.now());
    }

    async picture(file, whole = true) {
        const {data} = await this.call("Page.captureScreenshot", {format: "png", captureBeyondViewport: whole});
        fs.writeFileSync(file, Buffer.from(data, "base64"));
    }
    // The number of sheets that it prints on.
    async pages() {
        const {data} = await this.call("Page.printToPDF", {preferCSSPageSize: true, printBackground: true});
        return (Buffer.from(data, "base64").toString("latin1").match(/\/Type\s*\/Page\b/g) || []).length;
    }

    async end() {
        const ended = new Promise((well) => this.process.on("exit", well));
        await this.call("Browser.close").catch(() => {});
        await ended;
        fs.rmSync(this.directory, {recursive: true, force: true});
    }
}
