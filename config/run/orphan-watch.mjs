// Loaded before the product when a launcher runs it: a launcher that was killed must not leave a server behind.
// The channel closes with the launcher's process, however that ended; then this process is asked to end, too.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
