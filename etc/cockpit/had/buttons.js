// When an order may be given: its button is off while the picture is stale, and while the order is under way, whatever
// is drawn or heard meanwhile.
export class Buttons {
    // `all()` gives those that are on the page now.
    constructor(all) {
        Object.assign(this, {all, stale: true, sent: new WeakSet()});
    }
    // A new button, wherever it will stand.
    add(button) {
        button.disabled = this.stale || this.sent.has(button);
        return button;
    }
    tell(stale) {
        this.stale = stale;
        for (const button of this.all()) this.add(button);
    }
    // Its order goes out, once.  False: it may not.
    send(button) {
        if (button.disabled || this.stale || this.sent.has(button)) return false;
        this.sent.add(button);
        this.add(button);
        return true;
    }
}
