// Draws as text: draw.mjs WIDTH STATUS [TIMELINE AVAILABILITY [CARDS]], files of JSON; "-" is none.
import fs from "node:fs";
import {draw} from "../../etc/cockpit/had/chassis.js";
import {toText} from "../../etc/cockpit/had/tree.js";

const [width, ...files] = process.argv.slice(2);
const read = (name) => (name === "-" ? null : JSON.parse(fs.readFileSync(name, "utf8")));
const [status, timeline, availability, cards] = files.map(read);
const why = timeline ? "" : "had-recorder does not run";
console.log(toText(draw({status, timeline, availability, cards, why}, {width: Number(width)})));
