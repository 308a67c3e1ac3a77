// The control protocol (doc/protocol.md) over a channel of Cockpit's: one JSON object a line, replies in the order of
// the requests, events between them.  Nothing that comes is trusted to be what it should be.

const longest = 16 * 1024 * 1024, patience = 10000;

export class CallError extends Error {
    constructor(code, words) {
        super(words);
        this.code = code;
    }
}

export class Client {
    // `channel` has send(text), close() and addEventListener for "message" and "close".  `on` has hello(hello),
    // event(event) and closed(why): that is the last that comes of it.
    constructor(channel, on, timer = globalThis) {
        Object.assign(this, {channel, on, timer, rest: "", waiting: new Map(), next: 1, ended: false});
        channel.addEventListener("message", (_, data) => this.hear(data));
        channel.addEventListener("close", (_, options) => this.end((options && (options.message || options.problem)) ||
                                                                   "the daemon has ended"));
    }

    call(verb, args = {}) {
        if (this.ended) return Promise.reject(new CallError("closed", "there is no connection"));
        const id = this.next++;
        return new Promise((well, ill) => {
            const late = () => this.end(`no answer to ${verb} in ${patience / 1000} s`);
            const clock = this.timer.setTimeout(late, patience);
            this.waiting.set(id, {well, ill, clock});
            this.channel.send(JSON.stringify({id, verb, args}) + "\n");
        });
    }

    hear(data) {
        if (this.ended) return;
        const lines = (this.rest + data).split("\n");
        this.rest = lines.pop();
        if (this.rest.length > longest) return this.end("the daemon sends a line without an end");
        for (const line of lines) {
            let message = null;
            try {
                message = JSON.parse(line);
            } catch {
                // told below
            }
            if (typeof message !== "object" || message === null) return this.end("this is not the daemon's protocol");
            this.take(message);
            if (this.ended) return;
        }
    }

    take(message) {
        if ("event" in message) return this.on.event(message);
        if ("had" in message && !("id" in message)) return this.on.hello(message);
        const asked = this.waiting.get(message.id);
        if (!asked && message.error) return this.end(String(message.error.text));     // too-many, too-long
        if (!asked) return;
        this.waiting.delete(message.id);
        this.timer.clearTimeout(asked.clock);
        if (message.error) asked.ill(new CallError(message.error.code, String(message.error.text)));
        else asked.well(message.ok);
    }

    end(why) {
        if (this.ended) return;
        this.ended = true;
        for (const {ill, clock} of this.waiting.values()) {
            this.timer.clearTimeout(clock);
            ill(new CallError("closed", why));
        }
        this.waiting.clear();
        this.channel.close();
        this.on.closed(why);
    }
}
