// One picture, as any MCP client gets one.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport, root } from './tools.mjs';

const patienceSeconds = 180;

export async function connect(run) {
  const client = new Client({ name: 'mjaspire-demo', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', run.gateway), {
    requestInit: { headers: { Authorization: `Bearer ${run.apiKey}` } },
  }));
  return client;
}

/** Asks for a picture and follows its job to the end; gives the job as get_job_status shows it. */
export async function makePicture(client, prompt) {
  const started = await call(client, 'generate_image', { prompt });
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const job = await call(client, 'get_job_status', { job_id: started.job_id });
    showProgress(job);
    if (job.status === 'completed') return job;
    if (job.status === 'failed' || job.status === 'cancelled')
      throw new Error(`job ${job.job_id} ${job.status}: ${JSON.stringify(job.error)}`);
    if (Date.now() > deadline) throw new Error(`job ${job.job_id} is still ${job.status} after ${patienceSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

export async function fetchImage(image) {
  const response = await fetch(image.url);
  if (!response.ok) throw new Error(`image ${image.image_id}: its link answers ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

export async function savePicture(job, bytes) {
  const file = new URL(`.mj/demo/${job.job_id}.png`, root);
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, bytes);
  return fileURLToPath(file);
}

async function call(client, name, args) {
  const result = await client.callTool({ name, arguments: args });
  if (result.isError) throw new Error(`${name}: ${result.content?.[0]?.text ?? JSON.stringify(result)}`);
  return result.structuredContent;
}

let shown = '';
function showProgress({ status, progress }) {
  const percent = status === 'completed' ? 100 : Math.round(typeof progress === 'object' ? (progress?.percentage ?? 0) : (progress ?? 0));
  const filled = Math.round(percent / 4);
  const line = `${'█'.repeat(filled)}${'░'.repeat(25 - filled)} ${String(percent).padStart(3)} %  ${status}`;
  if (line === shown) return;
  shown = line;
  if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(60)}${status === 'completed' ? '\n' : ''}`);
  else console.log(line);
}
