// What both frames do with the picture in a browser.
import {toElement} from "./tree.js";

// Puts another picture in the place of the last one.  Who uses the keyboard stays where he was.
export function show(root, tree) {
    const at = document.activeElement;
    const id = at && root.contains(at) ? at.getAttribute("data-object") : null;
    const place = id === null ? -1 : objectsOf(root, id).indexOf(at);
    root.replaceChildren(toElement(tree, document));
    if (id !== null) (objectsOf(root, id)[place] || {focus() {}}).focus();
}

// By comparison and not by a selector: a name may hold anything.
function objectsOf(root, id) {
    return [...root.querySelectorAll("[data-object]")].filter((one) => one.getAttribute("data-object") === id);
}

// Calls f with the name of an object that is clicked, or chosen by the keyboard.
export function onObject(root, f) {
    const of = (event) => {
        const found = event.target instanceof Element && event.target.closest("[data-object]");
        return found && root.contains(found) ? found.getAttribute("data-object") : null;
    };
    root.addEventListener("click", (event) => {
        const id = of(event);
        if (id !== null) f(id);
    });
    root.addEventListener("keydown", (event) => {
        const id = event.key === "Enter" || event.key === " " ? of(event) : null;
        if (id === null) return;
        event.preventDefault();
        f(id);
    });
}

// Calls f when the width has changed, with the width.
export function onWidth(root, f) {
    let last = 0;
    new ResizeObserver(() => {
        if (root.clientWidth === last || root.clientWidth === 0) return;
        f(last = root.clientWidth);
    }).observe(root);
}
