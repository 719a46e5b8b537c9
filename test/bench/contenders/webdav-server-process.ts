// The npm package webdav-server as a process of its own: FOLDER PORT.
import { v2 as webdav } from 'webdav-server';
import { ACCOUNT } from './contender.ts';

const [folder = '', port = ''] = process.argv.slice(2);

const users = new webdav.SimpleUserManager();
const user = users.addUser(ACCOUNT.name, ACCOUNT.password, false);
const privileges = new webdav.SimplePathPrivilegeManager();
privileges.setRights(user, '/', ['all']);
const options = Object.assign(new webdav.WebDAVServerOptions(), {
  hostname: '127.0.0.1',
  port: Number(port),
  requireAuthentification: true,
  httpAuthentication: new webdav.HTTPBasicAuthentication(users, 'bench'),
  privilegeManager: privileges,
});
const server = new webdav.WebDAVServer(options);
server.setFileSystem('/', new webdav.PhysicalFileSystem(folder), () => {
  server.start(() => undefined);
});
