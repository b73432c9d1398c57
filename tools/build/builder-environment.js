// @ts-check

/** What a builder needs. */
const NEEDED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME', 'NODE_OPTIONS', 'CI']

/**
 * The variables of a process that builds: none of the server's settings and secrets, which programs of the same user
 * could read there as long as it works.
 *
 * @returns {Record<string, string>}
 */
export function builderEnvironment() {
  const given = NEEDED.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), NO_COLOR: '1' }
}
