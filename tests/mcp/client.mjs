// A real MCP client, from npm: starts `pt mcp`, does the steps that standard input lists, and prints what came of them.
//
// In: JSON {command, args, cwd, env, steps}. Each step is one of
//   {"list": true}                                    the tools
//   {"call": NAME, "arguments": {…}}                  a call, with its progress
//   {"call": NAME, …, "cancelAt": TEXT}               a call that is given up when its progress says TEXT
//   {"write": PATH, "text": TEXT, "changed": true}    writes a file, and waits to hear that the tools changed
// Out: JSON {server, instructions, results, noise, said, code}.

import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

/** How long an answer may take, in milliseconds. */
const PATIENCE = 120_000;

const { command, args, cwd, env, steps } = JSON.parse(await text(process.stdin));
const transport = new StdioClientTransport({ command, args, cwd, env, stderr: 'pipe' });
const client = new Client({ name: 'polytope-tests', version: '1.0.0' });

let said = '';
transport.stderr.on('data', (chunk) => (said += chunk));

// What is no message of the protocol ends up here. This client handles a notification a moment after an answer that came
// behind it, and then does not know any more what the progress was of: that is no fault of the server's.
const noise = [];
client.onerror = (error) => {
  if (!error.message.startsWith('Received a progress notification for an unknown token')) noise.push(String(error));
};

let changes = 0;
let heard = () => {};
client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
  changes += 1;
  heard();
});

const change = (before) =>
  new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('nobody said that the tools changed')), PATIENCE);
    heard = () => {
      if (changes > before) {
        clearTimeout(limit);
        resolve();
      }
    };
    heard();
  });

const call = async (step) => {
  const progress = [];
  const giveUp = new AbortController();
  const onprogress = ({ message }) => {
    progress.push(message);
    if (step.cancelAt && message.includes(step.cancelAt)) giveUp.abort('not wanted any more');
  };
  const request = { name: step.call, arguments: step.arguments ?? {} };
  try {
    const options = { onprogress, signal: giveUp.signal, timeout: PATIENCE };
    return { ...(await client.callTool(request, undefined, options)), progress };
  } catch (error) {
    return { thrown: String(error), progress };
  }
};

const results = [];
await client.connect(transport);
for (const step of steps) {
  if (step.list) {
    results.push((await client.listTools()).tools);
  } else if (step.call) {
    results.push(await call(step));
  } else {
    const before = changes;
    writeFileSync(step.write, step.text);
    if (step.changed) await change(before);
    results.push(null);
  }
}
const outcome = { server: client.getServerVersion(), instructions: client.getInstructions(), results, noise };
await client.close();
console.log(JSON.stringify({ ...outcome, said }));
