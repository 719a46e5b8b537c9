import type { Command } from '../command.ts';
import { configCommand } from './config.ts';
import { diskCommands } from './disk.ts';
import { doctorCommand, doctorDlnaCommand } from './doctor.ts';
import { fsckCommands } from './fsck.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { lockCommands } from './locks.ts';
import { policyCommands } from './policy.ts';
import { moveDbCommand } from './move-db.ts';
import { searchCommands } from './search.ts';
import { serveCommand } from './serve.ts';
import { settingsCommands } from './settings.ts';
import { setupLinkCommand } from './setup-link.ts';
import { tlsCommands } from './tls.ts';
import { trashCommands } from './trash.ts';
import { userCommands } from './user.ts';
import { deviceCommands } from './user-devices.ts';
import { comingAndGoingCommands } from './user-invite-remove.ts';
import { versionCommands } from './versions.ts';

/** Every command, in the order in which the help shows them. */
export const COMMANDS: readonly Command[] = [
  serveCommand,
  setupLinkCommand,
  ...tlsCommands,
  ...userCommands,
  ...comingAndGoingCommands,
  ...deviceCommands,
  ...settingsCommands,
  ...diskCommands,
  ...trashCommands,
  ...versionCommands,
  ...policyCommands,
  ...lockCommands,
  importCommand,
  exportCommand,
  moveDbCommand,
  configCommand,
  doctorDlnaCommand,
  doctorCommand,
  ...fsckCommands,
  ...searchCommands,
];
