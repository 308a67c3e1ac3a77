// The frame of the file that `hadctl report` writes: the same picture, without a daemon behind it.  All modules stand
// in one script there, and what was known when it was written is JSON in another element.
import {h, toElement} from "./tree.js";
import {draw} from "./chassis.js";
import {list, objects, text} from "./model.js";
import {onObject, onWidth, show} from "./page.js";

const paperWidth = 1200;

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
        block("The answer to status, as JSON", JSON.stringify(data.status, null, 1)));
}

export function showReport(data) {
    const picture = document.getElementById("picture"), about = document.getElementById("about");
    const title = [text(data.host), text(data.made)].filter(Boolean).join(", ");
    const paint = (width) => show(picture, draw(data, {width, title}));
    paint(picture.clientWidth || paperWidth);
    onWidth(picture, paint);
    document.getElementById("rest").append(toElement(rest(data), document));
    addEventListener("beforeprint", () => paint(paperWidth));
    addEventListener("afterprint", () => paint(picture.clientWidth));
    onObject(picture, (id) => {
        const found = objects(data.explained).find((one) => text(one.object) === id);
        const chosen = document.activeElement && document.activeElement.getAttribute("aria-label");
        const words = found ? steps(found.answer && found.answer.steps) : h("p", {}, chosen || id);
        about.replaceChildren(toElement(h("h2", {}, id), document), toElement(words, document),
            toElement(h("form", {method: "dialog"}, h("button", {}, "Close")), document));
        about.showModal();
    });
}
