import { createRequire } from 'node:module'
import { nearestName } from '@posthorn/contract'
import type { parse as parseYaml } from 'yaml'
import { environmentName, flagName, settings, type Config, type SettingName } from './settings.ts'

export type ConfigResult =
  | { readonly kind: 'ok'; readonly config: Config; readonly warnings: readonly string[] }
  /** Every fault at once, each a sentence that names the setting and where it was set. */
  | { readonly kind: 'faults'; readonly faults: readonly string[] }

export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Values of flags by setting name. */
  readonly flags: Readonly<Record<string, string | undefined>>
  /** Text of posthorn.yaml; undefined if there is none. */
  readonly file: string | undefined
}

/** Names that Kubernetes puts into every container of a service called posthorn (decisions/names-of-settings). */
const injected = /^POSTHORN_(SERVICE_|PORT_\d)/

/** Names of others that are no settings of the server: a failpoint and a database of the tests, and where the command line finds a server. */
const ofOthers = new Set(['POSTHORN_FAILPOINT', 'POSTHORN_TEST_DATABASE_URL', 'POSTHORN_URL'])

/** Flags beat the environment, which beats the file. */
export function readConfig(sources: ConfigSources): ConfigResult {
  const faults: string[] = []
  const warnings: string[] = []
  const values = new Map<SettingName, { value: unknown; from: string }>()
  for (const [name, value] of Object.entries(readFile(sources.file, faults))) {
    if (Object.hasOwn(settings, name)) values.set(name as SettingName, { value, from: `posthorn.yaml: ${name}` })
    else faults.push(`posthorn.yaml: there is no setting "${name}".${nearest(name, Object.keys(settings))}`)
  }
  readEnvironment(sources.environment, { values, faults, warnings })
  for (const [name, value] of Object.entries(sources.flags)) {
    if (value !== undefined) values.set(name as SettingName, { value, from: flagName(name) })
  }
  const config: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings)) {
    const given = values.get(name as SettingName)
    const parsed = setting.schema.safeParse(given?.value)
    if (parsed.success) config[name] = parsed.data
    else faults.push(`${given?.from ?? name} ${parsed.error.issues.map((issue) => issue.message).join('; ')}.`)
  }
  if (faults.length === 0) faults.push(...contradictions(config as Config, (name) => values.get(name)?.from ?? name))
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'ok', config: config as Config, warnings }
}

/** What each setting allows, and both together do not. */
function contradictions({ workers, databaseUrl }: Config, from: (name: SettingName) => string): string[] {
  if (workers === 1 || databaseUrl !== null) return []
  return [`${from('workers')} must be 1 without POSTHORN_DATABASE_URL: the embedded store belongs to one process.`]
}

interface Reading {
  readonly values: Map<SettingName, { value: unknown; from: string }>
  readonly faults: string[]
  readonly warnings: string[]
}

function readEnvironment(environment: ConfigSources['environment'], { values, faults, warnings }: Reading): void {
  const known = new Map(Object.keys(settings).map((name) => [environmentName(name), name as SettingName]))
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('POSTHORN_') || value === undefined || ofOthers.has(variable)) continue
    const name = known.get(variable)
    if (injected.test(variable) || (variable === 'POSTHORN_PORT' && value.startsWith('tcp://'))) {
      warnings.push(`${variable} is ignored: Kubernetes sets it for a service called posthorn.`)
    } else if (name) values.set(name, { value, from: variable })
    else faults.push(`${variable}: there is no such setting.${nearest(variable, [...known.keys()])}`)
  }
}

function readFile(file: string | undefined, faults: string[]): Record<string, unknown> {
  if (file === undefined) return {}
  try {
    // Most starts have no file, and this one's parser is 70 of its own.
    const { parse } = createRequire(import.meta.url)('yaml') as { parse: typeof parseYaml }
    const value: unknown = parse(file, { maxAliasCount: 100 })
    if (value === null || value === undefined) return {}
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
    faults.push('posthorn.yaml must hold settings, one "name: value" a line.')
  } catch (error) {
    // The parser goes on with a drawing of the place.
    faults.push(`posthorn.yaml cannot be read: ${String(error instanceof Error ? error.message : error).split('\n', 1)[0]}`)
  }
  return {}
}

/** " Did you mean ...?" for a name that differs in a letter or two. */
function nearest(name: string, candidates: readonly string[]): string {
  const best = nearestName(name, candidates)
  return best === undefined ? '' : ` Did you mean ${best}?`
}
