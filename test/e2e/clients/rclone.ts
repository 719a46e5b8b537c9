import { runWell, type Scratch } from '../../support/processes.ts';
import { ACCOUNT } from './fixture.ts';

/** The environment in which rclone knows the server as `drive:`. */
export async function rcloneEnv(scratch: Scratch, davUrl: string): Promise<NodeJS.ProcessEnv> {
  const obscured = await runWell('rclone', ['obscure', '-'], { env: scratch.env, input: ACCOUNT.password });
  return {
    ...scratch.env,
    RCLONE_CONFIG: scratch.path('no-rclone.conf'),
    RCLONE_RETRIES: '1',
    RCLONE_LOW_LEVEL_RETRIES: '1',
    RCLONE_CONFIG_DRIVE_TYPE: 'webdav',
    RCLONE_CONFIG_DRIVE_URL: davUrl,
    RCLONE_CONFIG_DRIVE_VENDOR: 'other',
    RCLONE_CONFIG_DRIVE_USER: ACCOUNT.name,
    RCLONE_CONFIG_DRIVE_PASS: obscured.trim(),
  };
}
