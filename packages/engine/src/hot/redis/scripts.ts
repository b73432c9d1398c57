import { readFileSync } from 'node:fs'

/**
 * The verbs, with the number of their keys; null where a call says how many. Each is a file of `scripts/`; its header tells keys, arguments, result. No
 * name may be that of a command: the driver would lose it.
 */
const SCRIPTS = {
  'announce-instance': 2,
  'leave-instance': 2,
  'take-token': 1,
  'add-to-count': 1,
  'claim-term': 2,
  'resign-term': 1,
  'publish-version': 2,
  'latest-version': 2,
  'put-hash': 1,
  'read-hash': 1,
  'put-members': 1,
  'read-members': 1,
  'note-applied': 1,
  'register-node': null,
  'beat-node': null,
  'reserve-room': 5,
  'commit-room': 5,
  'release-room': 5,
  'sweep-room': 4,
  'set-node-state': 2,
  'verify-room': 4,
  'read-rooms': null,
  'remove-node': 4,
  'latest-era': 1,
  'raise-era': 1,
  'take-turn': 1,
} as const

export type ScriptName = keyof typeof SCRIPTS

/** The scripts as the driver takes them: sent by their digest, and in full to a server that does not know them. */
export function scriptDefinitions(): Record<ScriptName, { lua: string; numberOfKeys?: number }> {
  const definitions = Object.entries(SCRIPTS).map(([name, numberOfKeys]) => {
    const lua = readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8')
    return [name, numberOfKeys === null ? { lua } : { lua, numberOfKeys }]
  })
  return Object.fromEntries(definitions)
}

/** Whether each call of a script says how many keys it has. */
export function countsItsKeys(script: ScriptName): boolean {
  return SCRIPTS[script] === null
}
