// What the demo takes from npm, from where eng/setup puts it.
import { createRequire } from 'node:module';

export const root = new URL('../../', import.meta.url);
const require = createRequire(new URL('.mj/tools/', root));

export const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
export const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');
export const { Webhook } = require('standardwebhooks');

/** Asks until the answer is not undefined, for at most `seconds`. */
export async function eventually(what, seconds, ask) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
