import { getServer, type ServerInfo } from '../api/server.ts';

/** What the machine can show of films, music and pictures. */
export class Media {
  server = $state.raw<ServerInfo>();
  error = $state.raw<unknown>();

  async load(): Promise<void> {
    this.error = undefined;
    try {
      this.server = await getServer();
    } catch (error) {
      this.error = error;
    }
  }
}
