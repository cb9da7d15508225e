// demo.mjs [--check]: one picture through the running application (.mj/run.json says where), and how to make the next one.
import { readFile } from 'node:fs/promises';
import { checkMemory, checkPicture, checkTrace, checkWebhook, receiveWebhooks } from './checks.mjs';
import { connect, fetchImage, makePicture, savePicture } from './picture.mjs';
import { root } from './tools.mjs';

const prompt = 'a lighthouse above a sea of clouds at dawn, watercolour';

async function main(check) {
  const run = JSON.parse(await readFile(new URL('.mj/run.json', root), 'utf8'));
  const since = Date.now();
  const hook = check ? await receiveWebhooks(run) : undefined;
  const client = await connect(run);
  try {
    console.log(`"${prompt}"`);
    const job = await makePicture(client, prompt);
    const bytes = await fetchImage(job.images[0]);
    console.log(`\nPicture     ${await savePicture(job, bytes)}`);
    if (!check) return explain(run);

    console.log(`  ok  ${await checkPicture(job, bytes)}`);
    console.log(`  ok  ${await checkWebhook(hook, job.job_id)}`);
    console.log(`  ok  ${await checkTrace(run, since)}`);
    console.log(`  ok  ${await checkMemory()}`);
  } finally {
    await client.close();
    await hook?.close();
  }
}

function explain(run) {
  const mcp = new URL('/mcp', run.gateway).href;
  const client = { mcpServers: { mjaspire: { type: 'http', url: mcp, headers: { Authorization: `Bearer ${run.apiKey}` } } } };
  console.log(`Gateway     ${run.gateway}`);
  console.log(`Dashboard   ${run.dashboard ?? 'off'}`);
  console.log(`API key     ${run.apiKey}`);
  console.log(`\nFor your MCP client:\n${JSON.stringify(client, null, 2)}\n`);
}

main(process.argv.includes('--check')).catch((error) => {
  console.error(`\ndemo: ${error.message}`);
  process.exitCode = 1;
});
