// @ts-check
// Whoever passes a bundle on passes on the packages in it, whose licences want to go with them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const INSIDE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/
const LICENCE = /^(licen[cs]e|notice|copying)(\.|-|$)/i

/**
 * Adds `THIRD-PARTY-LICENSES.txt`: name, version and licence of every package that a module of the bundle is from.
 *
 * @returns {import('rolldown').Plugin}
 */
export function licences() {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      /** @type {Set<string>} */
      const folders = new Set()
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk') continue
        for (const id of Object.keys(part.modules)) {
          const [, folder] = INSIDE.exec(id.replace(/^\0/, '')) ?? []
          if (folder !== undefined && existsSync(join(folder, 'package.json'))) folders.add(folder)
        }
      }
      const source = [...folders]
        .sort()
        .map(licenceOf)
        .join(`\n${'-'.repeat(80)}\n\n`)
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source })
    },
  }
}

/** @param {string} folder */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder)
    .filter((file) => LICENCE.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return `${name} ${version} (${license ?? 'see below'})\n\n${texts.join('\n\n')}\n`
}
