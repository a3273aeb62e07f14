// An exporter of its own. It needs a log that a second process may write its lanes to; until there is one, it says so and ends, and the standalone process runs exports.
const EXIT_CONFIG = 78;

process.stderr.write(
  'an exporter cannot run as a process of its own yet: the event log, also the one on a libSQL server, has one process that writes it. Exports run inside the standalone process (npm start).\n',
);
process.exit(EXIT_CONFIG);
