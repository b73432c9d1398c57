// @ts-check
// The command and the server as few files: an idle process then holds half of the memory that modules and types take.
import { cpSync, globSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { rolldown } from 'rolldown'
import { licences } from './licences.js'

/** Loaded from node_modules, because they find files of their own beside themselves. */
const LEFT_OUT = [/^@node-rs\//, /^@fastify\/swagger/, /^pg(-native)?$/, /^ioredis$/]

/**
 * @param {string} root
 * @param {string} folder
 */
export async function build(root, folder) {
  const packages = join(root, 'packages')
  const threads = globSync('*/src/**/*-{thread,worker}.ts', { cwd: packages, exclude: ['testkit/**'] })
  // Threads keep their places: whoever starts one looks for it beside itself.
  const entries = Object.fromEntries(threads.map((path) => [path.replace(/\.ts$/, ''), join(packages, path)]))
  const bundle = await rolldown({
    input: { rota: join(packages, 'cli/src/main.ts'), ...entries },
    cwd: root,
    platform: 'node',
    external: LEFT_OUT,
    plugins: [ownPlaces(packages), lazyBuiltins(), oneByteText(), licences()],
    onwarn: () => {},
  })
  await bundle.write({
    dir: folder,
    format: 'esm',
    // Read with `NODE_OPTIONS=--enable-source-maps` only.
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name]-[hash].js',
  })
  await bundle.close()
  for (const path of globSync('*/src/**/*.{sql,lua}', { cwd: packages }))
    cpSync(join(packages, path), join(folder, path))
}

/**
 * Modules look for files by `import.meta.url`; in a bundle it stands for the place they had among the sources.
 *
 * @param {string} packages
 * @returns {import('rolldown').Plugin}
 */
function ownPlaces(packages) {
  return {
    name: 'own-places',
    transform(code, id) {
      if (!id.startsWith(packages) || !code.includes('import.meta.url')) return null
      const place = id.slice(packages.length + 1).replace(/\.ts$/, '.js')
      return code.replaceAll('import.meta.url', `__place(${JSON.stringify(place)})`)
    },
    renderChunk(code, { fileName }) {
      const from = dirname(fileName)
      return code.replaceAll(/__place\("([^"]+)"\)/g, (_, place) => {
        return `new URL(${JSON.stringify(posix.relative(from, place))}, import.meta.url).href`
      })
    },
  }
}

/**
 * An `import` of one of these reads all that it exports, and behind some of that lie large parts of Node: undici behind
 * http, the certificates behind tls, Web Crypto behind crypto. A `require` reads what is used.
 *
 * @returns {import('rolldown').Plugin}
 */
function lazyBuiltins() {
  const names = /^(?:node:)?(http|https|tls|crypto)$/
  const mark = '\0lazy:'
  return {
    name: 'lazy-builtins',
    resolveId(source, _, { kind }) {
      const [, name] = names.exec(source) ?? []
      return name === undefined || kind === 'require-call' ? null : { id: `${mark}${name}`, moduleSideEffects: false }
    },
    load(id) {
      if (!id.startsWith(mark)) return null
      return { code: `module.exports = require('node:${id.slice(mark.length)}')`, moduleType: 'js' }
    },
  }
}

/**
 * Node keeps a module whose text is not all ASCII in two bytes for each of its characters.
 *
 * @returns {import('rolldown').Plugin}
 */
function oneByteText() {
  return {
    name: 'one-byte-text',
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk') continue
        part.code = part.code.replaceAll(
          /[^\0-\x7f]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )
      }
    },
  }
}
