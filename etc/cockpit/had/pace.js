// When the page asks, and what.  Of a chassis that nobody changes it asks a small question every ten seconds, by which
// a daemon that hangs is noticed, and the history once an hour.  A status that could not be read is asked for again
// instead: that the daemon answers something else does not make what is shown current.  A page that nobody looks at
// asks nothing.

const frame = 100, heartbeat = 10000, historyAgain = 60000, historyOld = 3600000;

export class Pace {
    // `does` has alive(), and status() and history(), which never fail and are true when there is one.  `now` is no
    // clock that somebody sets.
    constructor(does, timer = globalThis, now = () => performance.now()) {
        Object.assign(this, {does, timer, now, connected: false, seen: true, round: 0, asking: false, due: false,
                             missed: true, news: true, asked: -Infinity, read: -Infinity, beat: null});
    }

    // There is a connection; there is none any more.
    begin() {
        this.connected = true;
        this.round += 1;
        this.asking = false;
        this.changed();
        this.go();
    }
    end() {
        this.connected = false;
        this.missed = true;
        this.round += 1;
    }

    // Somebody looks at the page, or nobody.
    look(seen) {
        this.seen = seen;
        if (seen && this.due) this.changed();
        this.go();
    }

    // The chassis has changed.  It is asked at most ten times a second; what changes meanwhile is in the next answer.
    changed() {
        this.news = true;
        this.want();
    }

    want() {
        this.due = true;
        if (!this.connected || !this.seen || this.asking) return;
        this.asking = true;
        const round = this.round;
        this.timer.setTimeout(() => this.ask(round), Math.max(0, this.asked + frame - this.now()));
    }

    async ask(round) {
        if (round !== this.round) return;
        this.asked = this.now();
        this.due = false;
        const well = await this.does.status();
        if (round !== this.round) return;
        this.missed = !well;
        this.asking = false;
        if (this.due) this.want();
    }

    // Also without a connection: the recorder has written what it has.
    go() {
        this.timer.clearTimeout(this.beat);
        this.beat = null;
        if (!this.seen) return;
        const age = this.now() - this.read;
        if (age >= historyOld || (this.news && age >= historyAgain)) {
            this.read = this.now();
            this.news = false;
            this.does.history().then((well) => { this.news = this.news || !well; });
        }
        this.beat = this.timer.setTimeout(() => {
            if (this.connected && this.missed) this.want();
            else if (this.connected && !this.asking) this.does.alive();
            this.go();
        }, heartbeat);
    }
}
