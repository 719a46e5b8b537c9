import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { Connection } from './connection.ts';
import { translateError } from './errors.ts';
import { toFailure, type FromWriter, type Request, type ToWriter } from './messages.ts';
import { migrate } from './migrate.ts';
import { Writer } from './writer.ts';

/** The thread that owns the writing connection. */
function serve(port: MessagePort, file: string): void {
  const post = (message: FromWriter): void => port.postMessage(message);
  let connection: Connection;
  let isClosing = false;
  try {
    connection = open(file);
  } catch (error) {
    post({ kind: 'failed', failure: toFailure(translateError(error)) });
    port.close();
    return;
  }

  const accept = (message: ToWriter): Request[] => {
    if (message.kind === 'requests') return message.requests;
    isClosing = true;
    return [];
  };
  const writer = new Writer(connection, {
    receive: () => {
      const requests: Request[] = [];
      for (let next = take(port); next !== undefined; next = take(port)) requests.push(...accept(next));
      return requests;
    },
    answer: (answers) => {
      const { commitCount } = writer;
      post({ kind: 'answers', answers, statementCount: connection.statementCount, commitCount });
    },
  });
  const closeIfDone = (): void => {
    if (!isClosing) return;
    writer.close();
    port.close();
  };
  // A failure in here ends the thread, and with it every operation that waits.
  port.on('message', (message: ToWriter) => void writer.run(accept(message)).then(closeIfDone));
  post({ kind: 'ready' });
}

function take(port: MessagePort): ToWriter | undefined {
  return (receiveMessageOnPort(port) as { message: ToWriter } | undefined)?.message;
}

function open(file: string): Connection {
  const connection = new Connection(file, { readOnly: false, rowsAsArrays: false });
  try {
    migrate(connection);
    connection.exec('PRAGMA synchronous = FULL');
    connection.exec('PRAGMA wal_autocheckpoint = 0');
    connection.exec('PRAGMA cache_size = -16384');
    connection.exec('PRAGMA temp_store = MEMORY');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

if (parentPort !== null) serve(parentPort, (workerData as { file: string }).file);
