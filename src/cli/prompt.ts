import { UsageError } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Longer than any password that is accepted; what a pipe sends beyond it is refused, not read. */
const MAX_INPUT_BYTES = 16_384;

/** The first line of standard input; one line break at its end is not part of it. */
export async function readPasswordFromStdin({ stdin }: Terminal): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    sizeBytes += bytes.length;
    if (sizeBytes > MAX_INPUT_BYTES) throw new UsageError('what came on standard input is too long for a password');
  }
  const password = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (password === '') throw new UsageError('no password came on standard input');
  if (/[\r\n]/.test(password)) throw new UsageError('the password on standard input has more than one line');
  return password;
}

/** Asks twice, without showing what is typed. */
export async function askNewPassword(terminal: Terminal): Promise<string> {
  if (!terminal.stdin.isTTY || !terminal.stdin.setRawMode) {
    throw new UsageError('there is no terminal to ask for the password at; give it with --password-stdin');
  }
  const first = await askHidden(terminal, 'Password: ');
  if (first === '') throw new UsageError('the password is empty');
  const second = await askHidden(terminal, 'Once more: ');
  if (first !== second) throw new UsageError('the two passwords differ; nothing was changed');
  return first;
}

/** `y` or `yes` means yes; without a terminal nobody can say it. */
export async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  if (!terminal.stdin.isTTY) throw new UsageError('there is no terminal to confirm this at; give --yes');
  const answer = await readLine(terminal, `${question} [y/N] `, false);
  return /^(y|yes)$/i.test(answer.trim());
}

async function askHidden(terminal: Terminal, question: string): Promise<string> {
  return readLine(terminal, question, true);
}

const ENTER = new Set(['\r', '\n', '\u0004']);
const ERASE = new Set(['\b', '\u007f']);
const INTERRUPT = '\u0003';

/** Reads one line key by key, so that a hidden one appears neither on the screen nor in a history. */
async function readLine(terminal: Terminal, question: string, isHidden: boolean): Promise<string> {
  const { stdin, stderr } = terminal;
  stderr.write(question);
  stdin.setEncoding('utf8');
  if (isHidden) stdin.setRawMode?.(true);
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed: string[] = [];
      const settle = (finish: () => void): void => {
        stdin.off('data', onData).off('end', onEnd).pause();
        finish();
      };
      const onEnd = (): void => settle(() => reject(new UsageError('the input ended before the line did')));
      const onData = (text: string): void => {
        const keys = Array.from(text);
        for (const [index, key] of keys.entries()) {
          if (ENTER.has(key)) {
            settle(() => resolve(typed.join('')));
            stdin.unshift(keys.slice(index + 1).join(''));
            return;
          }
          if (key === INTERRUPT) {
            settle(() => reject(new UsageError('interrupted')));
            return;
          }
          typed = ERASE.has(key) ? typed.slice(0, -1) : [...typed, key];
        }
      };
      stdin.on('data', onData).on('end', onEnd).resume();
    });
  } finally {
    if (isHidden) {
      stdin.setRawMode?.(false);
      stderr.write('\n');
    }
  }
}
