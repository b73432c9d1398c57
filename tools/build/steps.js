// @ts-check
// What is built from the sources when somebody starts Rota from a checkout.

/**
 * @typedef {object} BuildStep
 * @property {string} name
 * @property {readonly string[]} inputs Files and folders, from the repository's root, that the result depends on.
 * @property {boolean} [mayChange] A build is put in place though its sources changed while it was made.
 * @property {string} builder A module beside this one. Its `build(root, folder)` writes the result into the folder.
 */

const PACKAGES = ['agent', 'cli', 'core', 'engine', 'executors', 'node-side', 'protocol', 'sdk', 'server']

/** @type {BuildStep} */
export const SERVER = {
  name: 'server',
  inputs: [
    'package-lock.json',
    'node_modules/.package-lock.json',
    'tools/build',
    ...PACKAGES.flatMap((name) => [`packages/${name}/package.json`, `packages/${name}/src`]),
  ],
  builder: './server-bundle.js',
}

/** @type {BuildStep} */
export const WEB = {
  name: 'interface',
  inputs: [
    'package-lock.json',
    'node_modules/.package-lock.json',
    'tools/build/web-bundle.js',
    'packages/web/package.json',
    'packages/web/vite.config.ts',
    'packages/web/index.html',
    'packages/web/public',
    'packages/web/src',
  ],
  // It takes long, and is looked at rather than relied on while somebody works at it.
  mayChange: true,
  builder: './web-bundle.js',
}
