import { environmentName, settings, type Config, type Setting } from './settings.ts'

/** One setting as it is in force. A secret is never shown, only that it is set. */
export interface SettingInEffect {
  readonly name: string
  readonly environment: string
  readonly meaning: string
  readonly value: string | null
  readonly default: string
  readonly secret: boolean
  readonly set: boolean
}

/** All of them, in the order of the documentation. */
export function settingsInEffect(config: Config): SettingInEffect[] {
  return Object.entries<Setting<unknown>>(settings).map(([name, { schema, meaning, default: otherwise, secret = false }]) => {
    const value: unknown = config[name as keyof Config]
    const set = JSON.stringify(value) !== JSON.stringify(schema.safeParse(undefined).data)
    const shown = value === null || secret ? null : Array.isArray(value) ? value.join(',') : String(value)
    return { name, environment: environmentName(name), meaning, value: shown, default: otherwise, secret, set }
  })
}

/** The settings in force, one a line, secrets masked: what `posthorn config print` shows. */
export function printConfig(config: Config): string {
  const lines = settingsInEffect(config).map(({ environment, value, default: otherwise, secret, set }) => {
    const shown = value ?? (secret && set ? '[set]' : `(${otherwise})`)
    return `${environment}=${shown}`
  })
  return `${lines.join('\n')}\n`
}

/** docs/configuration.md. */
export function configurationPage(): string {
  const rows = Object.entries(settings).map(
    ([name, setting]) =>
      `| \`${environmentName(name)}\` | \`${name}\` | ${setting.meaning}${'secret' in setting && setting.secret ? ' Secret.' : ''} | ${setting.default} |`,
  )
  return `# Configuration

Generated from \`packages/server/src/config/settings.ts\` by \`npm run docs\`; a test compares them.

Each setting can be given as a flag (\`--database-url ...\`), in the environment, or in \`posthorn.yaml\` in the working folder, in that order of precedence.
Unknown names are refused, and all faults are reported together. \`posthorn config print\` shows what is in force, with secrets masked.

| environment | posthorn.yaml | meaning | default |
|---|---|---|---|
${rows.join('\n')}
`
}
