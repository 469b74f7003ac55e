/** The runtime's worker thread: residents and sessions live here, since a run blocks its thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { TensorData } from '../data.js';
import { requireDevice } from './offered.js';
import {
  buffersOf,
  type MethodName,
  type Methods,
  type Request,
  type Response,
  type WorkerOptions,
} from './protocol.js';
import { Rows } from './rows.js';
import { Session } from './session.js';
import { Store } from './store.js';

const { device }: WorkerOptions = workerData;
await requireDevice(device);
const store = new Store();
const rows = new Rows(store);
const sessions = new Map<number, Session>();
let loaded = 0;

type Handler<M extends MethodName> = (
  argument: Methods[M]['argument'],
) => Methods[M]['result'] | Promise<Methods[M]['result']>;

const handlers: { readonly [M in MethodName]: Handler<M> } = {
  put(tensors) {
    for (const [name, data] of Object.entries(tensors)) store.put(name, data);
    return undefined;
  },
  get: ({ name }) => store.copy(name),
  take: (names) => store.take(names),
  delete: ({ name }) => store.delete(name),
  names: () => store.names(),
  async load({ compiled, profile, threads }) {
    const options = { device, profile, threads };
    sessions.set(++loaded, await Session.create(compiled, { store, rows }, options));
    return loaded;
  },
  async unload({ program }) {
    const session = sessions.get(program);
    sessions.delete(program);
    session?.endProfiling();
    await store.toHost(); // buffers that a session made end with it
    await session?.dispose();
    return undefined;
  },
  run(argument) {
    if (Atomics.load(argument.aborted, 0) !== 0)
      throw new DOMException('The run was aborted', 'AbortError');
    const session = sessions.get(argument.program);
    if (!session) throw new Error('run: the program was disposed');
    return session.run(argument);
  },
  gatherRows: (feed) => rows.gather(feed),
  collectRows: (gradients) => rows.collect(gradients),
  updateRows: (update) => void rows.update(update),
  settleRows: ({ table }) => void rows.settle(table),
  async stop() {
    for (const session of sessions.values()) await session.dispose();
    return undefined;
  },
};

async function answer({ id, method, argument }: Request): Promise<void> {
  let response: Response;
  let moved: ArrayBuffer[] = [];
  try {
    const result = await (handlers[method] as Handler<MethodName>)(argument);
    response = { id, result };
    if (method === 'run' || method === 'take')
      moved = buffersOf(
        Object.values(result as Record<string, TensorData>).map(({ data }) => data),
      );
    if (method === 'get' || method === 'gatherRows')
      moved = buffersOf([(result as TensorData).data]);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    response = { id, error: { name, message } };
  }
  parentPort?.postMessage(response, moved);
}

// One request after the other, in the order in which they came.
let last = Promise.resolve();
parentPort?.on('message', (request: Request) => {
  last = last.then(() => answer(request));
});
