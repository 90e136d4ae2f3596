/** The server of a line: a process of its own, for as long as the one that forked it is there. */
import { performance } from 'node:perf_hooks';
import type { Ask, Reply, ServerPlan, ServerReady } from './http-channel.js';
import { requestsFor } from './http-requests.js';
import { openSites } from './http-sites.js';
import { settings } from './settings.js';
import { timed } from './slice.js';

const plan: ServerPlan = JSON.parse(process.argv[2] ?? '');
const setting = settings[plan.database][plan.setting];
if (setting === undefined) throw new Error(`${plan.database} has no such setting`);
const database = await setting(plan.rows, plan.serverUrl);
const [, ...floors] = database.contestants;
const sites = await openSites(plan.framework, database);
const nextRequest = requestsFor(plan.rows, 'server');

let watched = { loop: performance.eventLoopUtilization(), cpu: process.threadCpuUsage() };
function watch(): Reply {
  watched = { loop: performance.eventLoopUtilization(), cpu: process.threadCpuUsage() };
  return { busy: 0, cpuMs: 0, jobs: 0, slice: null };
}

function seen(): Pick<Reply, 'busy' | 'cpuMs'> {
  const { user, system } = process.threadCpuUsage(watched.cpu);
  return { busy: performance.eventLoopUtilization(watched.loop).utilization, cpuMs: (user + system) / 1_000 };
}

async function settled(): Promise<number> {
  const jobs = await database.settle();
  await database.tidy();
  return jobs;
}

async function begins(place: number, count: number, atOnce: number) {
  const floor = floors[place];
  if (floor === undefined) throw new Error('there is no such floor');
  const tasks = Array.from({ length: count }, () => {
    const { email, client } = nextRequest();
    return () => floor.begin(email, client);
  });
  return timed(tasks, atOnce);
}

async function reply(ask: Ask): Promise<Reply> {
  if (ask.kind === 'watch') return watch();
  if (ask.kind === 'settle') return { ...seen(), jobs: await settled(), slice: null };
  watch();
  const slice = await begins(ask.place, ask.count, ask.atOnce);
  return { ...seen(), jobs: await settled(), slice };
}

process.on('message', async (ask: Ask) => {
  process.send?.(await reply(ask));
});
process.on('disconnect', async () => {
  await sites.close();
  await database.close();
  process.exit(0);
});
const ready: ServerReady = {
  mode: database.mode,
  echo: sites.echo.url,
  ours: sites.ours.url,
  floors: floors.map(({ name }, place) => ({ name, byHand: sites.byHand[place]?.url ?? '' })),
};
process.send?.(ready);
