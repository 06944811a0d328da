import assert from 'node:assert/strict';
import initSqlJs from 'sql.js';
import { migrate } from '../migrations/registry';
import { Image } from '../worker/image';
import { approvalGrants } from './approval-grants';

describe('approval_grants', () => {
  const { 'approval_grants.put': put, 'approval_grants.revoke': revoke } = approvalGrants.writes;
  const granted = (image: Image, stamp: number): void => put(image, { grant_key: 'key', tool_name: 'run_command', title: 'npm test', granted_at: stamp }, { stamp });
  const revoked = (image: Image, stamp: number): void => revoke(image, { grant_key: 'key' }, { stamp });
  const steps = [granted, revoked, granted] as const;

  /** The rows after so many of the steps, in any order: the journals of other processes come when they come. */
  async function rowsAfter(order: readonly number[]): Promise<unknown[]> {
    const image = new Image(await initSqlJs());
    migrate(image);
    for (const at of order) steps[at]?.(image, at + 1);
    const rows = image.all('SELECT * FROM approval_grants');
    image.close();
    return rows;
  }

  it('come to the same row in whatever order they arrive, and nothing brings a revoked one back', async () => {
    const none = [{ grant_key: 'key', tool_name: '', title: '', granted_at: 0, revoked: 1, stamp: 2 }];
    for (const order of [[0, 1], [1, 0], [0, 1, 0]]) assert.deepEqual(await rowsAfter(order), none, order.join());
    const again = [{ grant_key: 'key', tool_name: 'run_command', title: 'npm test', granted_at: 3, revoked: 0, stamp: 3 }];
    for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]]) assert.deepEqual(await rowsAfter(order), again, order.join());
  });
});
