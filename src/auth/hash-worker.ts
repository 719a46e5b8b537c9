// The process that computes password hashes. It ends with the channel to the server, however that ended.
import argon2 from 'argon2';
import { HASH_PARAMETERS, type HashJob, type HashOutcome } from './hash-job.ts';

async function run(job: HashJob): Promise<string | boolean> {
  if (job.storedHash === undefined) return argon2.hash(job.password, HASH_PARAMETERS);
  return argon2.verify(job.storedHash, job.password);
}

process.on('message', (job: HashJob) => {
  run(job).then(
    (result) => process.send?.({ id: job.id, result } satisfies HashOutcome),
    (error: unknown) => process.send?.({ id: job.id, problem: String(error) } satisfies HashOutcome),
  );
});
