// What `make demo` insists on. Each check throws with the reason, or says in one line what it saw.
import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Webhook, eventually, root } from './tools.mjs';
import { decode } from './png.mjs';
import { fetchImage } from './picture.mjs';

/** A customer's webhook: registered through the gateway, listening on loopback. */
export async function receiveWebhooks(run) {
  const received = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(204).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  const endpoints = new URL('/api/endpoints', run.gateway);
  const headers = { Authorization: `Bearer ${run.apiKey}`, 'Content-Type': 'application/json' };
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  const response = await fetch(endpoints, { method: 'POST', headers, body: JSON.stringify({ url, events: ['job.*'] }) });
  if (response.status !== 201) throw new Error(`registering a webhook: ${response.status} ${await response.text()}`);
  const { id, secret } = await response.json();
  return {
    received,
    secret,
    async close() {
      await fetch(`${endpoints}/${id}`, { method: 'DELETE', headers });
      server.close();
    },
  };
}

/** The end of the job must have been told, signed as Standard Webhooks says. */
export async function checkWebhook({ received, secret }, jobId) {
  const webhook = new Webhook(secret);
  const event = await eventually('the webhook that says the picture is done', 30, () =>
    received.map(({ headers, body }) => webhook.verify(body, headers))
      .find((event) => JSON.stringify(event).includes(jobId) && /"(DONE|completed)"/.test(JSON.stringify(event))));
  return `${received.length} webhooks received, every signature right; the last event is ${event.type}`;
}

/** A 2x2 grid, and four parts that are its quarters, pixel by pixel. */
export async function checkPicture(job, bytes) {
  const grid = decode(bytes);
  const parts = job.images.filter((image) => image.index >= 1).sort((a, b) => a.index - b.index);
  if (parts.map((part) => part.index).join() !== '1,2,3,4') throw new Error(`four parts were expected: ${JSON.stringify(job.images)}`);

  for (const part of parts) {
    const { width, height, rgb } = decode(await fetchImage(part));
    if (width * 2 !== grid.width || height * 2 !== grid.height)
      throw new Error(`part ${part.index} is ${width}x${height}, the grid ${grid.width}x${grid.height}`);
    const [left, top] = [((part.index - 1) % 2) * width, part.index > 2 ? height : 0];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (rgb(x, y) !== grid.rgb(left + x, top + y)) throw new Error(`part ${part.index} differs from the grid at ${x},${y}`);
  }
  return `the grid is ${grid.width}x${grid.height} and its four parts are its quarters`;
}

const services = ['mcp-gateway', 'job-service', 'sandbox', 'webhook-ingress', 'image-store', 'delivery-worker'];

/** One trace with every service in it, in the dashboard: {"data":{"resourceSpans":[{"resource":{"attributes":[...]},"scopeSpans":[{"spans":[...]}]}]}} */
export async function checkTrace(run, since) {
  if (!run.dashboard) throw new Error('there is no dashboard to ask for the trace');
  let best = new Set();
  const trace = await eventually('one trace through all services', 30, async () => {
    const response = await fetch(new URL('/api/telemetry/traces?limit=1000', run.dashboard));
    if (!response.ok) throw new Error(`the dashboard's telemetry answers ${response.status}`);
    const traces = groupByTrace((await response.json()).data.resourceSpans, since);
    for (const { names } of traces.values()) if (names.size > best.size) best = names;
    return [...traces].find(([, { names }]) => services.every((service) => names.has(service)));
  }).catch((error) => {
    throw new Error(`${error.message}; the fullest trace has ${[...best].join(', ') || 'nothing'}`);
  });
  return `trace ${trace[0]} has ${trace[1].spans} spans of ${[...trace[1].names].join(', ')}`;
}

function groupByTrace(resourceSpans, since) {
  const traces = new Map();
  for (const { resource, scopeSpans } of resourceSpans) {
    const name = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue;
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      if (Number(BigInt(span.startTimeUnixNano) / 1000000n) < since) continue;
      const trace = traces.get(span.traceId) ?? { names: new Set(), spans: 0 };
      traces.set(span.traceId, { names: trace.names.add(name), spans: trace.spans + 1 });
    }
  }
  return traces;
}

/**
 * What each service costs the machine when it has nothing to do: its proportional set size, in which pages that many processes map, the
 * framework's files above all, count for each a share (proc_pid_smaps(5)).
 */
export async function checkMemory() {
  const most = 120;
  const services = [];
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''); // it has just ended
    const [service] = command.split('\0');
    if (!service.startsWith(fileURLToPath(new URL('services/', root)))) continue;
    const pss = /^Pss:\s+(\d+) kB/m.exec(await readFile(`/proc/${id}/smaps_rollup`, 'utf8'));
    services.push({ name: service.split('/').at(-1), megabytes: Math.round(pss[1] / 1024) });
  }
  services.sort((a, b) => b.megabytes - a.megabytes);
  const all = services.map(({ name, megabytes }) => `${name} ${megabytes}`).join(', ');
  if (!services.length) throw new Error('none of the services was found in /proc');
  if (services[0].megabytes > most) throw new Error(`a service at rest takes more than ${most} MB: ${all}`);
  return `memory of each service at rest, MB: ${all}`;
}
