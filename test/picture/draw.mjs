// Draws as text: draw.js WIDTH STATUS [TIMELINE AVAILABILITY], files of JSON.
import fs from "node:fs";
import {draw} from "../../etc/cockpit/had/chassis.js";
import {toText} from "../../etc/cockpit/had/tree.js";

const [width, ...files] = process.argv.slice(2);
const [status, timeline, availability] = files.map((name) => JSON.parse(fs.readFileSync(name, "utf8")));
const why = timeline ? "" : "had-recorder does not run";
console.log(toText(draw({status, timeline, availability, why}, {width: Number(width)})));
