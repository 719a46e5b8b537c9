// What `npm test` shows of a suite while it runs, and the counts that it reads afterwards.
// Passing tests show as dots, slow and failed ones by name; NOSOCIAL_TEST_RESULT names the file for the counts.
import fs from 'node:fs';
import mocha from 'mocha';

const { Base } = mocha.reporters;
const events = mocha.Runner.constants;
const DOTS_PER_LINE = 100;

export default class SuiteReporter extends Base {
  #dots = 0;
  #pending = [];

  constructor(runner, options) {
    super(runner, options);
    runner.on(events.EVENT_TEST_PASS, (test) => this.#onPass(test));
    runner.on(events.EVENT_TEST_PENDING, (test) => this.#pending.push(test.fullTitle()));
    runner.on(events.EVENT_TEST_FAIL, (test) => this.#line(`  FAILED  ${test.fullTitle()}`));
    runner.once(events.EVENT_RUN_END, () => this.#onEnd());
  }

  #onPass(test) {
    if (test.duration >= 2000) {
      this.#line(`  ${(test.duration / 1000).toFixed(1)} s  ${test.fullTitle()}`);
      return;
    }
    this.#dots += 1;
    process.stdout.write(this.#dots % DOTS_PER_LINE === 1 ? '  .' : '.');
    if (this.#dots % DOTS_PER_LINE === 0) process.stdout.write('\n');
  }

  /** A line of its own, also after an unfinished line of dots. */
  #line(text) {
    process.stdout.write(`${this.#dots % DOTS_PER_LINE === 0 ? '' : '\n'}${text}\n`);
    this.#dots = 0;
  }

  #onEnd() {
    if (this.#dots % DOTS_PER_LINE !== 0) process.stdout.write('\n');
    if (this.failures.length > 0) Base.list(this.failures);
    const { passes, failures: failed } = this.stats;
    const failures = this.failures.map((test) => ({ title: test.fullTitle(), message: String(test.err?.message) }));
    const file = process.env.NOSOCIAL_TEST_RESULT;
    if (file) fs.writeFileSync(file, JSON.stringify({ passed: passes, failed, failures, pending: this.#pending }));
  }
}
