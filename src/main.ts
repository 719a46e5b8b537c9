#!/usr/bin/env node
// libuv's threads are counted when the first one is needed, which is not before the imports below. File reads and
// name look-ups share them; the default of 4 lets a few slow disks hold up everything else.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// Whatever is created (data, sockets, disks) is its owner's alone.
process.umask(0o077);

// Whoever reads the output may leave before its end (`| head`); that is no reason to stop working.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const { run } = await import('./cli/run.ts');
process.exitCode = await run(process.argv.slice(2), process);
