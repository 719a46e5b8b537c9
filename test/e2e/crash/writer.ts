import assert from 'node:assert/strict';
import { SeededRandom, seededBytes } from '../../support/content.ts';
import { inPieces, type DavClient } from '../../support/dav-client.ts';
import { parseMultistatus } from '../../support/multistatus.ts';
import { apply, OperationChooser, type Model, type Operation } from './model.ts';

export const NOTE = 'urn:nosocial:test note';

/**
 * One of those that write at the same time. After each answer `model` is what the server must hold for ever;
 * `inFlight` is the operation that was not answered yet.
 */
export class Writer {
  readonly name: string;
  model: Model = new Map();
  inFlight: Operation | undefined;
  acknowledged = 0;
  readonly #dav: DavClient;
  readonly #chooser: OperationChooser;

  /** `base` is the collection in which all paths of the model lie. */
  constructor(dav: DavClient, name: string, seed: number) {
    this.#dav = dav;
    this.name = name;
    this.#chooser = new OperationChooser(new SeededRandom(seed), name);
  }

  /** One operation after the other until `isOver`; then a connection that breaks is what was to be expected. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const operation = this.#chooser.next(this.model);
      this.inFlight = operation;
      try {
        await perform(this.#dav, operation, this.model);
      } catch (error) {
        if (isOver() && !(error instanceof assert.AssertionError)) return;
        throw error;
      }
      this.model = apply(this.model, operation);
      this.inFlight = undefined;
      this.acknowledged += 1;
    }
  }
}

/** Sends an operation and asserts the answer that `model` tells. */
async function perform(dav: DavClient, operation: Operation, model: Model): Promise<void> {
  const path = `crash/${operation.path}`;
  switch (operation.kind) {
    case 'put': {
      const content = seededBytes(operation.seed, operation.sizeBytes);
      const body = operation.isChunked ? inPieces(content) : content;
      await dav.expect(model.has(operation.path) ? 204 : 201, 'PUT', path, { body });
      return;
    }
    case 'mkcol':
      await dav.expect(201, 'MKCOL', path);
      return;
    case 'delete':
      await dav.expect(204, 'DELETE', path);
      return;
    case 'proppatch':
      return setNote(dav, path, operation.note);
    case 'move':
    case 'copy': {
      const destination = dav.urlOf(`crash/${operation.to}`);
      const status = model.has(operation.to) ? 204 : 201;
      await dav.expect(status, operation.kind.toUpperCase(), path, { headers: { destination } });
    }
  }
}

async function setNote(dav: DavClient, path: string, note: string): Promise<void> {
  const [namespace, name] = NOTE.split(' ');
  const property = `<${name} xmlns="${namespace}">${note}</${name}>`;
  const body = `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>${property}</D:prop></D:set></D:propertyupdate>`;
  const answer = await dav.expect(207, 'PROPPATCH', path, { headers: { 'content-type': 'application/xml' }, body });
  const [entry] = parseMultistatus(answer.body.toString());
  assert.ok(entry?.properties.has(NOTE), answer.body.toString());
}
