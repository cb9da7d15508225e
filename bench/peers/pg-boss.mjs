// pg-boss <count>: so many empty jobs inserted in bulk, then fetched and completed 50 at a time. Every batch is a durable commit.
import { PgBoss } from 'pg-boss';

const count = Number(process.argv[2]);
const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, supervise: false, schedule: false, max: 10 });
boss.on('error', (error) => { console.error(error); process.exit(1); });
await boss.start();
const name = `bench${process.pid}`;
await boss.createQueue(name);
for (let i = 0; i < count; i += 1000)
  await boss.insert(name, Array.from({ length: Math.min(1000, count - i) }, (_, n) => ({ data: { n: i + n } })));

const seen = new Set();
const began = performance.now();
await Promise.all(Array.from({ length: 4 }, async () => {
  for (let jobs; (jobs = await boss.fetch(name, { batchSize: 50 })).length > 0;) {
    for (const job of jobs) seen.add(job.data.n);
    await boss.complete(name, jobs.map((job) => job.id));
  }
}));
console.log(JSON.stringify({ operations: seen.size, seconds: (performance.now() - began) / 1000, latencies: [] }));
process.exit(0);
