// bullmq <count>: so many empty jobs added in bulk, then worked off. Redis keeps an append-only file and forces it to disk every second.
import { Queue, Worker } from 'bullmq';

const count = Number(process.argv[2]);
const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null };
const queue = new Queue('bench', { connection });
for (let i = 0; i < count; i += 1000)
  await queue.addBulk(Array.from({ length: Math.min(1000, count - i) }, (_, n) => ({
    name: 'job', data: { n: i + n }, opts: { removeOnComplete: true, attempts: 3 },
  })));

const seen = new Set();
const began = performance.now();
await new Promise((resolve) => {
  const worker = new Worker('bench', async (job) => {
    seen.add(job.data.n);
    if (seen.size === count) resolve();
  }, { connection, concurrency: 100 });
  worker.on('error', (error) => { console.error(error); process.exit(1); });
});
console.log(JSON.stringify({ operations: seen.size, seconds: (performance.now() - began) / 1000, latencies: [] }));
process.exit(0);
