import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { didYouMean, type FieldError, invalid, RotaError, resolveZone, say } from '@rota/core'
import { type Config, config as configSchema, joinPath, parse } from '@rota/protocol'
import { EXIT, StartFailure } from '../failure.ts'
import { expectation, fromEnvironment, fromText, type Overrides } from './environment.ts'
import { modernise, modernised } from './modernise.ts'
import { CONFIG_FIELDS } from './schema-fields.ts'
import { type ConfigProblem, parseConfigFile, relativeTo } from './source.ts'
import { takeUpcoming, upcomingSetting, upcomingVariables } from './upcoming.ts'

type Environment = Record<string, string | undefined>

/** What the command line may set; values as typed. */
export interface ConfigFlags {
  /** Path of the configuration file. */
  config?: string
  data?: string
  port?: string | number
  host?: string
  /** Any other setting by its path: `http.docs`. */
  set?: Record<string, string>
}

export interface LoadedConfig {
  config: Config
  /** Null when there is no file. */
  file: string | null
  warnings: string[]
}

/** The file that is read when none is named, if it exists. */
const DEFAULT_FILE = 'rota.yaml'

/**
 * The configuration in force: flags before environment before file before defaults.
 *
 * Throws StartFailure (78) naming each wrong setting with the line and column, variable or flag it comes from.
 */
export function loadConfig(
  flags: ConfigFlags = {},
  env: Environment = process.env,
  folder = process.cwd(),
): LoadedConfig {
  const file = findFile(flags.config ?? (env.ROTA_CONFIG || undefined), folder)
  const text = file === null ? '' : readText(file)
  const checked = check(text, env, flags)
  if (checked.config === null) {
    const problems = checked.problems.map((problem) => formatProblem(problem, file))
    throw new StartFailure(
      EXIT.config,
      say`The configuration is wrong:\n  ${problems.reduce((some, next) => say`${some}\n  ${next}`)}`,
    )
  }
  const hidden = checked.hidden.map((problem) => say`${formatProblem(problem, file)} (overridden for now)`)
  const warnings = [...checked.warnings, ...hidden]
  return { config: withPaths(checked.config, checked.overridden, file, folder), file, warnings }
}

/**
 * Checks the text of a configuration file as the start would, and by itself: a variable that overrides a wrong value
 * does not make it right. For `rota config check`.
 */
export function checkConfig(text: string, env: Environment = {}): { problems: ConfigProblem[]; warnings: string[] } {
  const { problems, hidden, warnings } = check(text, env, {})
  return { problems: [...problems, ...hidden], warnings }
}

/** `rota.yaml:3:5: http.prot: is not a known field; did you mean "port"?` */
export function formatProblem(problem: ConfigProblem, file: string | null): string {
  const place = problem.line === null ? '' : `${file ?? DEFAULT_FILE}:${problem.line}:${problem.column}: `
  const { path, message, suggestion } = problem
  return `${place}${path === '' ? '' : `${path}: `}${didYouMean(message, suggestion)}`
}

interface Checked {
  config: Config | null
  problems: ConfigProblem[]
  /** What is wrong in the file and does no harm as long as a variable or flag says otherwise. */
  hidden: ConfigProblem[]
  warnings: string[]
  overridden: ReadonlySet<string>
}

function check(text: string, env: Environment, flags: ConfigFlags): Checked {
  const file = parseConfigFile(text, env)
  const { overrides, errors, warnings } = fromEnvironment(env)
  errors.push(...upcomingVariables(env), ...addFlags(overrides, flags))
  const upcoming = takeUpcoming(file.value).map((error) => ({ ...error, ...file.locate(error) }))
  const merged = structuredClone(file.value)
  for (const { field, value } of overrides.values()) put(merged, field.path, value)
  const overridden = new Set(overrides.keys())
  const problems = [...file.problems, ...upcoming, ...errors.map(elsewhere)]
  const isUnreadable = problems.some(({ path, line }) => path === '' && line !== null)
  if (isUnreadable && Object.keys(file.value).length === 0) {
    return { config: null, problems, hidden: [], warnings, overridden }
  }
  warnings.push(...modernise(merged))
  const wrongInFile = wrongSettings(modernised(file.value)).errors
  const { config, errors: wrong } = wrongSettings(merged)
  const overrideOf = (error: FieldError) => overrides.get(settingOf(error.path))
  for (const error of wrong) {
    const override = overrideOf(error)
    if (override !== undefined) problems.push(elsewhere({ ...error, path: override.given }))
    else problems.push({ ...error, ...file.locate(error) })
  }
  const hidden = wrongInFile.filter(overrideOf).map((error) => ({ ...error, ...file.locate(error) }))
  return { config: problems.length === 0 ? config : null, problems, hidden, warnings, overridden }
}

function wrongSettings(value: unknown): { config: Config | null; errors: readonly FieldError[] } {
  try {
    const config = withoutEmptyUrls(parse(configSchema, value))
    checkZone(config.timezone)
    return { config, errors: [] }
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return { config: null, errors: error.errors.map(inRightSection) }
  }
}

const SETTINGS = CONFIG_FIELDS.map((field) => field.path.join('.'))

/** `http.trust_proxy[2]` is wrong in the setting `http.trust_proxy`, `limits.groups.a` in `limits.groups`. */
function settingOf(path: string): string {
  const bare = path.split('[')[0]!
  return SETTINGS.find((setting) => bare === setting || bare.startsWith(`${setting}.`)) ?? bare
}

/** `execution` is what each task takes, `executions` is about all of them: what stands in the wrong one is sent on. */
function inRightSection(error: FieldError): FieldError {
  const [section = '', key = ''] = error.path.split('.')
  const other = { execution: `executions.${key}`, executions: `execution.${key}` }[section]
  if (other === undefined || !SETTINGS.includes(other) || SETTINGS.includes(error.path)) return error
  return { ...error, message: say`is not a known field; did you mean "${other}"?`, suggestion: other }
}

/** `url: ${DATABASE_URL:-}` means none where the variable is not set. */
function withoutEmptyUrls(config: Config): Config {
  const database = { ...config.database, url: config.database.url || null }
  return { ...config, database, redis: { ...config.redis, url: config.redis.url || null } }
}

function elsewhere(error: FieldError): ConfigProblem {
  return { line: null, column: null, ...error }
}

function addFlags(overrides: Overrides, flags: ConfigFlags): FieldError[] {
  const given: [string, string, string | number | undefined][] = [
    ['data_dir', '--data', flags.data],
    ['port', '--port', flags.port],
    ['host', '--host', flags.host],
    ...Object.entries(flags.set ?? {}).map(([path, value]): [string, string, string] => [path, `--set ${path}`, value]),
  ]
  return given.flatMap(([path, name, text]) => {
    if (text === undefined) return []
    const field = CONFIG_FIELDS.find((candidate) => candidate.path.join('.') === path)
    if (field === undefined) return [{ path: name, message: upcomingSetting(path) ?? say`is not a known setting.` }]
    const value = fromText(field, String(text))
    if (value === undefined) return [{ path: name, message: expectation(field, String(text)) }]
    overrides.set(path, { field, value, given: name })
    return []
  })
}

function put(target: Record<string, unknown>, path: string[], value: unknown): void {
  const [key, ...rest] = path as [string, ...string[]]
  if (rest.length === 0) target[key] = value
  else {
    if (typeof target[key] !== 'object' || target[key] === null) target[key] = {}
    put(target[key] as Record<string, unknown>, rest, value)
  }
}

function checkZone(zone: string): void {
  const resolved = resolveZone(zone)
  if (typeof resolved !== 'string') throw invalid([{ ...resolved, path: joinPath('', ['timezone']) }])
}

/** Paths in a file count from the file's folder, all others from the working directory. */
function withPaths(config: Config, overridden: ReadonlySet<string>, file: string | null, folder: string): Config {
  const base = (path: string) => (file !== null && !overridden.has(path) ? dirname(file) : folder)
  const { module } = config.handlers
  const handlers = {
    ...config.handlers,
    module: module === null ? null : relativeTo(base('handlers.module'), module),
  }
  const { key_file, old_key_files } = config.secrets
  const secrets = {
    ...config.secrets,
    key_file: key_file === null ? null : relativeTo(base('secrets.key_file'), key_file),
    old_key_files: old_key_files.map((path) => relativeTo(base('secrets.old_key_files'), path)),
  }
  return { ...config, data_dir: relativeTo(base('data_dir'), config.data_dir), handlers, secrets }
}

function findFile(named: string | undefined, folder: string): string | null {
  const path = resolve(folder, named ?? DEFAULT_FILE)
  if (named !== undefined || existsSync(path)) return path
  return null
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? say`there is no such file` : (error as Error).message
    throw new StartFailure(EXIT.config, say`The configuration file ${path} cannot be read: ${reason}.`, {
      cause: error,
    })
  }
}
