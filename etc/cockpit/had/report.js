// The frame of the file that `hadctl report` writes: the same picture, without a daemon behind it.  All modules stand
// in one script there, and what was known when it was written is JSON in another element.
import {h, toElement} from "./tree.js";
import {draw} from "./chassis.js";
import {list, objects, text} from "./values.js";
import {onObject, onWidth, show} from "./page.js";

// Of chassis.css, in pixels.  A drawing that is wider than the sheet is made smaller, and may be lower for it.
const sheet = {width: 1062, height: 720}, paperWidths = [1062, 1300, 1600, 2000, 2500, 3200];

// [{what, why}] as `explain` has them.
export const steps = (all) => h("dl", {}, objects(all).map((step) =>
    [h("dt", {}, text(step.what)), h("dd", {}, text(step.why))]));

const block = (title, words) => words && h("details", {}, h("summary", {}, title), h("pre", {}, words));

const eventLine = (event) => [text(event.time), text(event.level), text(event.text)].filter(Boolean).join(" ");

function rest(data) {
    const versions = objects(data.versions).map((one) => `${text(one.what)}  ${text(one.is)}`).join("\n");
    const events = objects(data.events).map(eventLine).join("\n");
    return h("section", {class: "rest"},
        list(data.notes).map((note) => h("p", {class: "note"}, text(note))),
        block("Versions", versions),
        block(text(data.config && data.config.file) || "Configuration", text(data.config && data.config.text)),
        block("Events around the last alarms, and the last ones of all", events),
        block("Lines of the log around the last alarms, and its last ones", list(data.log).map(text).join("\n")),
        block("The answer to status, as JSON", JSON.stringify(data.status, null, 1)));
}

// The drawing whose letters are the largest when all of it is on one sheet.
function fitSheet(paint) {
    document.body.classList.add("paper");
    const fits = paperWidths.map((width) => {
        paint(width);
        const fit = Math.min(1, sheet.height / document.body.scrollHeight);
        return {width, fit, size: (fit * sheet.width) / width};
    });
    const best = fits.reduce((a, b) => (b.size > a.size * 1.01 ? b : a));
    paint(best.width);
    document.body.style.setProperty("--fit", best.fit);
}

export function showReport(data) {
    const picture = document.getElementById("picture"), about = document.getElementById("about");
    const title = [text(data.host), text(data.made)].filter(Boolean).join(", ");
    const paint = (width) => show(picture, draw(data, {width, title}));
    paint(picture.clientWidth || sheet.width);
    onWidth(picture, paint);
    document.getElementById("rest").append(toElement(rest(data), document));
    addEventListener("beforeprint", () => fitSheet(paint));
    addEventListener("afterprint", () => {
        document.body.classList.remove("paper");
        paint(picture.clientWidth);
    });
    onObject(picture, (id) => {
        const found = objects(data.explained).find((one) => text(one.object) === id);
        const chosen = document.activeElement && document.activeElement.getAttribute("aria-label");
        const words = found ? steps(found.answer && found.answer.steps) : h("p", {}, chosen || id);
        about.replaceChildren(toElement(h("h2", {}, id), document), toElement(words, document),
            toElement(h("form", {method: "dialog"}, h("button", {}, "Close")), document));
        about.showModal();
    });
}
