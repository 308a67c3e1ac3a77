// Of what comes as JSON nothing is taken for granted: an older daemon lacks keys, a newer one has others, and half an
// answer is drawn as half.

export const healths = ["healthy", "degraded", "down", "absent", "offline", "quarantined", "contested"];

export const text = (value) => (typeof value === "string" ? value : Number.isFinite(value) ? String(value) : "");
export const list = (value) => (Array.isArray(value) ? value : []);
export const objects = (value) =>
    list(value).filter((one) => typeof one === "object" && one !== null && !Array.isArray(one));
export const words = (value) => list(value).map(text).filter(Boolean);
export const joined = (parts, by = ", ") => parts.filter(Boolean).join(by);

export const health = (object) => (healths.includes(object.health) ? object.health : "unknown");

const path = (one) => ({
    monitor: text(one.monitor),
    state: one.doubted === true ? "doubted" : text(one.state),
    text: text(one.text),
});
export const paths = (object) => objects(object.paths).map(path);
// The one that matters most.  Nothing: nobody asks.
export function worstPath(all) {
    const order = ["silent", "doubted", "unproven", "good"];
    const rank = (one) => (order.includes(one.state) ? order.indexOf(one.state) : order.length);
    return [...all].sort((a, b) => rank(a) - rank(b))[0];
}
