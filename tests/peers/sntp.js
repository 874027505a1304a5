// @hapi/sntp as a client of the time source: prints what it was told, or why it believes nothing.
"use strict";
const sntp = require("@hapi/sntp");

const [port, patience] = process.argv.slice(2);
sntp
  .time({ host: "127.0.0.1", port: Number(port), timeout: Number(patience) })
  .then((told) => console.log(JSON.stringify(told)))
  .catch((error) => console.log(JSON.stringify({ problem: error.message })));
