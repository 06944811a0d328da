// The store's worker in a world that is not as it should be: a disk that fails, a clock that is wrong, a process that
// seems to be dead. What is wrong comes in BOOCODE_TEST_WORLD as JSON.
import fs from 'node:fs';
import { workerData } from 'node:worker_threads';
import { nodeFiles } from '../../../extension/store/files/durable-file';
import type { WorkerSettings } from '../../../extension/store/worker/protocol';
import { serve } from '../../../extension/store/worker/serve';
import { faultyFiles, type Fault } from './faulty-files';
import { shiftClock, type ClockShift } from './shifted-clock';

export type World = {
  fault?: Fault;
  clock?: ClockShift;
  /** The process says of itself that it started at another time than it did, so others take it for one that is over. */
  seemsDead?: boolean;
  lockPatienceMs?: number;
};

/** Only the start time in /proc/self/stat is changed, and only as this thread reads it. */
function lieAboutStart(): void {
  const original = fs.readFileSync;
  const own = `/proc/${process.pid}/stat`;
  const lying = (path: fs.PathOrFileDescriptor, options?: unknown): unknown => {
    // The one call that is changed asks for text.
    const content = original(path, options as BufferEncoding);
    if (path !== own) return content;
    const [head = '', fields = ''] = content.split(/(?<=\)) /);
    return `${head} ${fields.split(' ').with(19, '1').join(' ')}`;
  };
  Object.assign(fs, { readFileSync: lying });
}

// Written by the test that starts this worker.
const world = JSON.parse(process.env.BOOCODE_TEST_WORLD ?? '{}') as World;
if (world.clock !== undefined) shiftClock(world.clock);
if (world.seemsDead === true) lieAboutStart();
const settings = { ...(workerData as WorkerSettings), ...(world.lockPatienceMs !== undefined && { lockPatienceMs: world.lockPatienceMs }) };
void serve(settings, world.fault === undefined ? nodeFiles : faultyFiles(world.fault).files);
