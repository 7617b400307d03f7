// A page that counts its visitors in Redis and tells whether the database listens; no packages needed.
import { createServer } from "node:http";
import { connect } from "node:net";

const { PORT, GREETING, REDIS_HOST, DATABASE_URL } = process.env;
const database = new URL(DATABASE_URL);

/** Sends one inline command to Redis and gives its answer's first line. */
function redis(command) {
  return new Promise((resolve, reject) => {
    const socket = connect(6379, REDIS_HOST, () => socket.write(`${command}\r\n`));
    socket.setTimeout(2000, () => socket.destroy(new Error("redis does not answer")));
    socket.once("data", (data) => { resolve(data.toString().trim()); socket.end(); });
    socket.once("error", reject);
  });
}

/** Whether something listens at the database's address. */
function databaseListens() {
  return new Promise((resolve) => {
    const socket = connect(Number(database.port), database.hostname, () => { resolve(true); socket.end(); });
    socket.once("error", () => resolve(false));
  });
}

createServer(async (_request, response) => {
  try {
    const visitors = (await redis("INCR visitors")).replace(":", "");
    const state = (await databaseListens()) ? "listens" : "is away";
    response.end(`${GREETING}, visitor ${visitors}. The database ${database.pathname.slice(1)} ${state}.\n`);
  } catch (error) {
    response.statusCode = 503;
    response.end(`${error.message}\n`);
  }
}).listen(Number(PORT), () => console.log(`listening on ${PORT}`));
