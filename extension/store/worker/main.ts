// Entry of the worker thread: takes requests in their order, groups the writes that arrived together into one
// flush, and lets a snapshot run between them. sql.js is loaded here and nowhere else.
import { workerData } from 'node:worker_threads';
import { nodeFiles } from '../files/durable-file';
import { serve } from './serve';
import type { WorkerSettings } from './protocol';

// Given by open-store.ts, which has the same type.
void serve(workerData as WorkerSettings, nodeFiles);
