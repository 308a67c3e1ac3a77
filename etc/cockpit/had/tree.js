// A tree of elements as plain values, so that what is drawn can be tested without a browser: a test prints it, and a
// page makes elements of it.  Nothing that comes from elsewhere is ever parsed as markup.

const html = "http://www.w3.org/1999/xhtml", svg = "http://www.w3.org/2000/svg";

// Controls, and what turns the direction of writing: a name must not pass for another one.
const unfit = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
export const plain = (value) => String(value).replace(unfit, "\ufffd");

// Attributes and children that are null, false or "" are left out.
export function h(name, attributes, ...children) {
    const there = (value) => value !== null && value !== undefined && value !== false && value !== "";
    const kept = Object.entries(attributes || {}).filter(([, value]) => there(value));
    return {name, attributes: kept, children: children.flat(Infinity).filter(there)};
}

const escaped = (text) => plain(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

export function toText(node, indent = "") {
    if (typeof node !== "object") return indent + escaped(node) + "\n";
    const attributes = node.attributes.map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
    const begin = `${indent}<${node.name}${attributes}>`, end = `</${node.name}>\n`;
    if (node.children.every((child) => typeof child !== "object"))
        return begin + node.children.map(escaped).join("") + end;
    return begin + "\n" + node.children.map((child) => toText(child, indent + " ")).join("") + indent + end;
}

export function toElement(node, document, space = html) {
    if (typeof node !== "object") return document.createTextNode(plain(node));
    const within = node.name === "svg" ? svg : space;
    const element = document.createElementNS(within, node.name);
    for (const [name, value] of node.attributes) element.setAttribute(name, plain(value));
    for (const child of node.children) element.append(toElement(child, document, within));
    return element;
}
