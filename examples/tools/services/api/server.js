// Answers every request with what it was told.
const { TITLE, DATABASE, PORT } = process.env;

require("node:http")
  .createServer((_, response) => response.end(`${TITLE}, with ${DATABASE}\n`))
  .listen(PORT, "0.0.0.0");

process.on("SIGTERM", () => process.exit(0));
