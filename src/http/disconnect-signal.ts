import type { ServerResponse } from 'node:http';

/** A signal that fires when the client goes away before it is answered; made only when somebody asks for it. */
export function disconnectSignal(response: ServerResponse): () => AbortSignal {
  let controller: AbortController | undefined;
  return () => {
    if (controller) return controller.signal;
    const made = new AbortController();
    controller = made;
    const check = () => {
      if (!response.writableFinished) made.abort();
    };
    if (response.destroyed) check();
    else response.once('close', check);
    return made.signal;
  };
}
