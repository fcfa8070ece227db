import { environmentName, settings, type Config } from './settings.ts'

/** The settings in force, one a line, secrets masked: what `posthorn config print` shows. */
export function printConfig(config: Config): string {
  const lines = Object.entries(settings).map(([name, setting]) => {
    const value = config[name as keyof Config]
    const shown =
      value === null
        ? `(${setting.default})`
        : 'secret' in setting && setting.secret
          ? '[set]'
          : Array.isArray(value)
            ? value.join(',')
            : String(value)
    return `${environmentName(name)}=${shown}`
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
