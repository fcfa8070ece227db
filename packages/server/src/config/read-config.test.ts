import { describe, expect, test } from 'vitest'
import { printConfig } from './print-config.ts'
import { readConfig } from './read-config.ts'

const read = (environment: Record<string, string> = {}, more: { flags?: Record<string, string>; file?: string } = {}) =>
  readConfig({ environment, flags: more.flags ?? {}, file: more.file })

describe('configuration', () => {
  test('has defaults for everything', () => {
    const result = read()
    expect(result).toMatchObject({
      kind: 'ok',
      config: { port: 8400, host: '127.0.0.1', databaseUrl: null, roles: ['ingest', 'flows', 'delivery', 'api'], allowHttp: false },
    })
  })

  test('takes flags before the environment before the file', () => {
    const file = 'port: 1\nhost: filehost\nlogLevel: warn\n'
    const result = read({ POSTHORN_PORT: '2', POSTHORN_HOST: 'envhost' }, { flags: { port: '3' }, file })
    expect(result).toMatchObject({ kind: 'ok', config: { port: 3, host: 'envhost', logLevel: 'warn' } })
  })

  test('reports all faults together, each naming where it was set', () => {
    const result = read({ POSTHORN_PORT: 'many', POSTHORN_DATABSE_URL: 'x', POSTHORN_ROLES: 'ingest,cook' }, { file: 'prot: 1' })
    if (result.kind !== 'faults') throw new Error('expected faults')
    expect(result.faults).toHaveLength(4)
    expect(result.faults.join('\n')).toMatch(/POSTHORN_PORT must be a whole number/)
    expect(result.faults.join('\n')).toMatch(/POSTHORN_DATABSE_URL: there is no such setting. Did you mean POSTHORN_DATABASE_URL\?/)
    expect(result.faults.join('\n')).toMatch(/posthorn.yaml: there is no setting "prot". Did you mean port\?/)
  })

  test('ignores, with a warning, the names that Kubernetes injects', () => {
    const result = read({
      POSTHORN_SERVICE_HOST: '10.0.0.1',
      POSTHORN_PORT: 'tcp://10.0.0.1:80',
      POSTHORN_PORT_80_TCP: 'tcp://10.0.0.1:80',
    })
    expect(result).toMatchObject({
      kind: 'ok',
      config: { port: 8400 },
      warnings: [expect.any(String), expect.any(String), expect.any(String)],
    })
  })

  test('prints what is in force with secrets masked', () => {
    const result = read({ POSTHORN_API_KEY: 'canary-canary-canary-canary', POSTHORN_DATABASE_URL: 'postgres://u:canary@h/d' })
    if (result.kind !== 'ok') throw new Error('expected a configuration')
    expect(printConfig(result.config)).not.toMatch(/canary/)
    expect(printConfig(result.config)).toMatch(/POSTHORN_API_KEY=\[set\]/)
  })
})
