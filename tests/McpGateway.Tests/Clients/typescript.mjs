// typescript.mjs <gateway> <key> <era: modern | legacy>: the TypeScript SDK's client against a gateway. Says "ok ..." for each thing seen, then "done".
// Whoever runs it finishes the job that generate_image starts, when it sees "job {id}".
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [gateway, key, era] = process.argv.slice(2);
const require = createRequire(new URL('../../../.mj/tools/', import.meta.url));
const { Client, StreamableHTTPClientTransport } = require('@modelcontextprotocol/client');

const client = new Client(
  { name: 'mjaspire-tests', version: '1.0.0' },
  { versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : 'legacy' } },
);
await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', gateway), { requestInit: { headers: { Authorization: `Bearer ${key}` } } }));
ok('connected');

const { tools } = await client.listTools();
assert.ok(tools.some((tool) => tool.name === 'generate_image' && tool.title && tool.outputSchema && tool.annotations));
ok(`${tools.length} tools`);

// The client validates structured content against the output schema.
const started = await client.callTool({ name: 'generate_image', arguments: { prompt: 'a lighthouse' } });
const jobId = started.structuredContent.job_id;
assert.equal(started.structuredContent.status, 'pending');
ok('generate_image');

const mistake = await client.callTool({ name: 'generate_image', arguments: { prompt: 'x', size: 'large' } });
assert.equal(mistake.isError, true);
assert.equal(mistake.structuredContent.error.code, 'E_UNKNOWN_ARGUMENT');
ok('a mistake');

const seen = [];
const leaving = new AbortController();
const waiting = client.callTool({ name: 'wait_for_job', arguments: { job_id: jobId, wait_seconds: 45 } }, { signal: leaving.signal, onprogress: () => leaving.abort() });
await assert.rejects(waiting);
ok('cancel');

const following = client.callTool(
  { name: 'wait_for_job', arguments: { job_id: jobId, wait_seconds: 45 } },
  { onprogress: (progress) => { if (seen.push(progress) === 1) console.log(`job ${jobId}`); } },
);
const finished = await following;
assert.equal(finished.structuredContent.status, 'completed');
assert.equal(finished.content.filter((block) => block.type === 'resource_link').length, 5);
assert.ok(seen.length > 0 && seen.every((progress) => progress.total === 100));
ok('progress');

const read = await client.readResource({ uri: `mj://jobs/${jobId}` });
assert.equal(JSON.parse(read.contents[0].text).job.job_id, jobId);
const { resourceTemplates } = await client.listResourceTemplates();
assert.equal(resourceTemplates.length, 2);
const { resources } = await client.listResources();
assert.ok(resources.length > 0);
const completed = await client.complete({ ref: { type: 'ref/resource', uri: 'mj://jobs/{id}' }, argument: { name: 'id', value: jobId.slice(0, 30) } });
assert.ok(completed.completion.values.includes(jobId));
ok('resources');

const prompt = await client.getPrompt({ name: 'write_image_prompt', arguments: { idea: 'a lighthouse' } });
assert.match(prompt.messages[0].content.text, /a lighthouse/);
ok('prompts');

await client.close();
console.log('done');

function ok(what) {
  console.log(`ok ${what}`);
}
