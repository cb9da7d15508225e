// graphile-worker <count>: so many empty jobs inserted, then run. Every completion is a durable commit.
import { makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';

const count = Number(process.argv[2]);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 12 });
const utils = await makeWorkerUtils({ pgPool: pool });
await utils.migrate();
await pool.query("select graphile_worker.add_job('job', json_build_object('n', n)) from generate_series(0, $1::int - 1) n", [count]);

const seen = new Set();
const began = performance.now();
const quiet = { debug() {}, info() {}, warn: console.error, error: console.error };
const { Logger } = await import('graphile-worker');
await new Promise((resolve, reject) => run({
  pgPool: pool, concurrency: 10, noHandleSignals: true, noPreparedStatements: false,
  logger: new Logger(() => (level, message) => { if (level === 'error') quiet.error(message); }),
  taskList: { job: async ({ n }) => { seen.add(n); if (seen.size === count) resolve(); } },
}).catch(reject));
console.log(JSON.stringify({ operations: seen.size, seconds: (performance.now() - began) / 1000, latencies: [] }));
process.exit(0);
