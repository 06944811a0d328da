// The store's worker over file operations that fail. The fault comes in BOOCODE_TEST_FAULT as JSON.
import { workerData } from 'node:worker_threads';
import { nodeFiles } from '../../../extension/store/files/durable-file';
import type { WorkerSettings } from '../../../extension/store/worker/protocol';
import { serve } from '../../../extension/store/worker/serve';
import { faultyFiles, type Fault } from './faulty-files';

const fault = process.env.BOOCODE_TEST_FAULT;
void serve(workerData as WorkerSettings, fault === undefined ? nodeFiles : faultyFiles(JSON.parse(fault) as Fault).files);
