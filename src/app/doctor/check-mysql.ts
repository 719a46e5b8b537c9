import type { MysqlSetting } from '../../config/database.ts';
import { inspectHosts, type InspectedHost } from '../../meta/mysql/inspect.ts';
import { losesNothing, NOT_DURABLE } from '../../meta/mysql/session.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const SLOW_ANSWER_MS = 50;
const LOOPBACK = /^(127\.|localhost:|::1)/;

/** Asks each server of a database about itself. */
export async function checkMysql(setting: MysqlSetting): Promise<Finding[]> {
  const hosts = await inspectHosts(setting);
  const isServed = hosts.some(({ facts }) => facts?.isWritable);
  return hosts.flatMap((host) => checkHost(host, isServed));
}

function checkHost({ place, facts, problem }: InspectedHost, isServed: boolean): Finding[] {
  const subject = `database at ${place}`;
  if (!facts) {
    const advice = 'see that it runs, that this machine may reach it, and that user and password are right';
    // One of several may be away.
    return [(isServed ? warn : fail)(subject, `it cannot be used: ${problem ?? ''}`, advice)];
  }
  const { version, answerMs } = facts;
  const shown = `${facts.isMariadb ? '' : 'MySQL '}${version}, answers in ${answerMs.toFixed(1)} ms`;
  const findings = [
    answerMs < SLOW_ANSWER_MS
      ? ok(subject, shown)
      : warn(subject, shown, 'every change takes some twenty answers: keep the database near'),
  ];
  if (!facts.isWritable) {
    const advice = 'fine for a copy that others take over from; with no other host nothing can be written';
    findings.push((isServed ? ok : fail)(subject, 'it is read-only', advice));
  }
  if (!losesNothing(facts)) findings.push(warn(subject, NOT_DURABLE, 'this is its default; look into its my.cnf'));
  if (!facts.isEncrypted && !LOOPBACK.test(place)) {
    const advice = 'add ?tls=required to the URL, with &ca=FILE when the certificate is of your own making';
    findings.push(warn(subject, 'what goes there and back is not encrypted', advice));
  }
  return findings;
}
