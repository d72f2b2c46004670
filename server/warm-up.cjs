/** Fills the compile cache when packages are installed, so that the first start has it, too. */
require('./launch.cjs');

const [major, minor] = process.versions.node.split('.').map(Number);
// From 24.2 on a module knows whether it is the program: before, importing this one would start the server.
if (major > 24 || (major === 24 && minor >= 2)) {
  // A start that finds no cache works as well, and whatever is wrong here is told there.
  import('./src/app/main.ts').catch(() => undefined);
}
