// node-smpp as either side of a session, told what to do and telling what it heard in lines of JSON.
//   node smpp.js connect PORT    an ESME        node smpp.js listen    a message centre; says its port
// In:  {"send": "submit_sm", "fields": {…}}     a request, its answer is told like everything heard
//      {"answer": "submit_sm", "fields": {…}}   how that request is answered from now on
//      {"close": true}                          hang up
// Octets are written {"hex": "…"}.
"use strict";
const readline = require("node:readline");
const smpp = require("smpp");

const [role, port] = process.argv.slice(2);
const answers = {};
let session; // the newest one
let receiver; // the newest one that takes messages
let given = 0;

const say = (thing) => process.stdout.write(`${JSON.stringify(thing, outwards)}\n`);
const outwards = (_, value) =>
  value && value.type === "Buffer" ? { hex: Buffer.from(value.data).toString("hex") } : value;
const inwards = (_, value) =>
  value && typeof value.hex === "string" ? Buffer.from(value.hex, "hex") : value;

function usual(pdu) {
  if (pdu.command.startsWith("bind_")) return { system_id: "peer", sc_interface_version: 0x34 };
  return pdu.command === "submit_sm" ? { message_id: `peer-${++given}` } : {};
}

function hear(heardBy, pdu) {
  say({ heard: pdu.command, ...pdu });
  if (pdu.isResponse() || pdu.command === "generic_nack") return;
  const wanted = answers[pdu.command];
  if (wanted && wanted.silent) return;
  if (wanted && wanted.hang_up) return heardBy.destroy();
  if (["bind_receiver", "bind_transceiver"].includes(pdu.command)) receiver = heardBy;
  heardBy.send(pdu.response({ ...usual(pdu), ...wanted }));
  if (pdu.command === "unbind") heardBy.close();
}

function speakWith(opened) {
  session = opened;
  session.on("pdu", (pdu) => hear(opened, pdu));
  session.on("error", (error) => say({ heard: "error", message: error.message }));
  session.on("close", () => say({ heard: "close" }));
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line, inwards);
  const through = told.send === "deliver_sm" && receiver ? receiver : session;
  if (told.send) through[told.send](told.fields || {}, () => {});
  if (told.answer) answers[told.answer] = told.fields || {};
  if (told.close) session.close();
}).on("close", () => process.exit(0));

if (role === "connect") {
  speakWith(smpp.connect({ host: "127.0.0.1", port: Number(port) }));
  session.on("connect", () => say({ heard: "connect" }));
} else {
  const server = smpp.createServer(speakWith);
  server.listen(0, "127.0.0.1", () => say({ heard: "listening", port: server.address().port }));
}
