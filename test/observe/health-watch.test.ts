import assert from 'node:assert/strict';
import { HealthChanges } from '../../src/observe/health-watch.ts';

describe('changes of health', () => {
  it('are told once when they come and once when they are over, but not those from before the first look', async () => {
    let isUp = true;
    let state: 'up' | 'down' = 'down';
    const ping = () => (isUp ? Promise.resolve() : Promise.reject(new Error('x')));
    const disks = () => [{ name: 'a', state: 'up' } as const, { name: 'b', state }];
    const told: string[] = [];
    const changes = new HealthChanges(
      { ping, disks },
      { onProblem: (problem) => told.push(problem), onOver: (problem) => told.push(`over: ${problem}`) },
    );
    const lookTwice = async (): Promise<string[]> => {
      await changes.look();
      await changes.look();
      return told.splice(0);
    };

    assert.deepEqual(await lookTwice(), []);
    isUp = false;
    assert.deepEqual(await lookTwice(), ['the database cannot be reached']);
    isUp = true;
    state = 'up';
    assert.deepEqual(await lookTwice(), ['over: the database cannot be reached', 'over: the disk "b" is down']);
    state = 'down';
    assert.deepEqual(await lookTwice(), ['the disk "b" is down']);
  });
});
