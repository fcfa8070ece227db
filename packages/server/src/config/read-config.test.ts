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

  test.each([
    ['POSTHORN_PORT', '', /must be a whole number from 0 to 65535/],
    ['POSTHORN_PORT', '0x50', /must be a whole number/],
    ['POSTHORN_PORT', '1e3', /must be a whole number/],
    ['POSTHORN_PORT', '65536', /must be a whole number/],
    ['POSTHORN_API_KEY', 'short', /at least 24 characters/],
    ['POSTHORN_API_KEY', 'two words that are long enough', /no spaces/],
    ['POSTHORN_API_KEY', 'clé-assez-longue-pour-le-serveur', /outside ASCII/],
    ['POSTHORN_API_KEY', 'x'.repeat(257), /at most 256 characters/],
    ['POSTHORN_EGRESS_ALLOW', '10.0.0.0/33', /"10.0.0.0\/33", which is neither/],
    ['POSTHORN_EGRESS_ALLOW', '::ffff:10.0.0.0/104', /write the IPv4 address itself/],
    ['POSTHORN_EGRESS_PROXY', 'proxy.example:3128', /must be a URL that begins with http:\/\/ or https:\/\/ or socks5:\/\//],
    ['POSTHORN_EGRESS_PROXY', 'ftp://proxy.example', /must be a URL that begins with/],
    ['POSTHORN_EGRESS_PROXY', 'http://proxy.example/path', /without a path/],
    ['POSTHORN_EGRESS_PROXY', 'socks5:///', /must be a URL such as/],
    ['POSTHORN_EGRESS_PROXY', 'http://can%ary:pw@proxy.example', /^(?!.*can).*percent-encoded/],
    ['POSTHORN_EGRESS_PROXY_BYPASS', 'a.example, 10.0.0/8', /"10.0.0\/8", which is neither .* nor a host or a suffix/],
    ['POSTHORN_EGRESS_PROXY_BYPASS', '*.corp.example', /"\*.corp.example", which is neither/],
    ['POSTHORN_EGRESS_PROXY_BYPASS', 'https://a.example', /nor a host/],
    ['POSTHORN_TRUSTED_PROXIES', '10.0.0.1, 999.1.1.1', /"999.1.1.1", which is neither/],
    ['POSTHORN_HOST', 'http://localhost', /without a scheme/],
    ['POSTHORN_HOST', '[::1]', /brackets/],
    ['POSTHORN_PUBLIC_URL', 'https://hooks.example.com/?a=b', /without credentials, a query/],
    ['POSTHORN_PUBLIC_URL', 'https://me:pw@hooks.example.com', /without credentials/],
    ['POSTHORN_ROLES', ',', /some of ingest, flows, delivery, api/],
    ['POSTHORN_ALLOW_HTTP', 'yes', /true or false/],
    ['POSTHORN_SIGN_IN_PROVIDERS', 'acme', /as JSON/],
    ['POSTHORN_SIGN_IN_PROVIDERS', '[{"id":"a","label":"A","issuer":"http://id.example","clientId":"x"}]', /\[0\].issuer must be a URL/],
    [
      'POSTHORN_SIGN_IN_PROVIDERS',
      '[{"id":"a","label":"A","issuer":"https://id.example","clientId":"x","newMembers":"viewer"}]',
      /newMembers needs domains/,
    ],
    ['POSTHORN_WORKERS', '65', /whole number from 1 to 64/],
    ['POSTHORN_WORKERS', '2', /^POSTHORN_WORKERS must be 1 without POSTHORN_DATABASE_URL/],
  ])('refuses %s=%j, which could not be used as it is given', (name, value, fault) => {
    expect(read({ [name]: value })).toEqual({ kind: 'faults', faults: [expect.stringMatching(fault)] })
  })

  test.each([
    ['apiKey: 123456789012345678901234567890', /posthorn.yaml: apiKey must be text; in posthorn.yaml, put it in quotes/],
    ['masterKey: [a-long-enough-text-for-a-master-key]', /must be text/],
    ['host: true', /must be text/],
    ['port: ~', /must be a whole number/],
    ['port: "80.5"', /must be a whole number/],
    ['egressAllow: [10]', /comma-separated addresses/],
    ['toString: 1', /there is no setting "toString"/],
  ])('refuses the line %j of a file, which YAML reads as something else', (file, fault) => {
    expect(read({}, { file })).toEqual({ kind: 'faults', faults: [expect.stringMatching(fault)] })
  })

  test('takes lists and numbers as YAML writes them, and names flags as they are given', () => {
    const file = 'port: 1\nroles: [ingest, api]\negressAllow: [10.0.0.0/8, "::1"]\nhost: "::1"\npublicUrl: https://a.example/base/\n'
    expect(read({}, { file })).toMatchObject({
      kind: 'ok',
      config: { port: 1, roles: ['ingest', 'api'], egressAllow: ['10.0.0.0/8', '::1'], host: '::1' },
    })
    expect(read({}, { flags: { databaseUrl: 'x' } })).toEqual({
      kind: 'faults',
      faults: [expect.stringMatching(/^--database-url must be/)],
    })
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

  test.each(['http://proxy.example:3128', 'https://user:p%40ss@proxy.example', 'http://10.0.0.1:3128/', 'socks5://[fd00::1]:1080'])(
    'takes the egress proxy %s',
    (egressProxy) => {
      const bypass = { POSTHORN_EGRESS_PROXY_BYPASS: 'host1, a.example, .corp.example, 10.0.0.0/8, fd00::/8' }
      expect(read({ POSTHORN_EGRESS_PROXY: egressProxy, ...bypass })).toMatchObject({
        kind: 'ok',
        config: { egressProxy, egressProxyBypass: ['host1', 'a.example', '.corp.example', '10.0.0.0/8', 'fd00::/8'] },
      })
    },
  )

  test('takes where traces go as the variables of OpenTelemetry are written', () => {
    const environment = {
      ...{ POSTHORN_OTLP_URL: 'http://collector:4318', POSTHORN_TRACE_SHARE: '.25' },
      ...{ POSTHORN_OTLP_HEADERS: 'authorization=Bearer%20a%2Cb, x-key=1=2', POSTHORN_OTLP_RESOURCE: 'service.name=hooks' },
    }
    const result = read(environment)
    if (result.kind !== 'ok') throw new Error('expected a configuration')
    expect(result.config).toMatchObject({ traceShare: 0.25, otlpHeaders: ['authorization=Bearer%20a%2Cb', 'x-key=1=2'] })
    expect(printConfig(result.config)).toMatch(/POSTHORN_OTLP_HEADERS=\[set\]\nPOSTHORN_OTLP_RESOURCE=service.name=hooks\n/)
  })

  test.each([
    [{ POSTHORN_OTLP_URL: 'http://user:canary@collector' }, /^POSTHORN_OTLP_URL must be a URL without credentials/],
    [{ POSTHORN_OTLP_URL: 'grpc://collector:4317' }, /^POSTHORN_OTLP_URL must be a URL that begins with/],
    [{ POSTHORN_OTLP_HEADERS: 'authorization: Bearer abc' }, /^POSTHORN_OTLP_HEADERS must be headers/],
    [{ POSTHORN_OTLP_HEADERS: 'two words=1' }, /^POSTHORN_OTLP_HEADERS must be headers/],
    [{ POSTHORN_OTLP_HEADERS: 'a=100%' }, /^POSTHORN_OTLP_HEADERS must be headers/],
    [{ POSTHORN_OTLP_RESOURCE: 'abc' }, /^POSTHORN_OTLP_RESOURCE must be attributes/],
    [{ POSTHORN_TRACE_SHARE: '1.5' }, /^POSTHORN_TRACE_SHARE must be a number from 0 to 1/],
    [{ POSTHORN_TRACE_SHARE: '10%' }, /^POSTHORN_TRACE_SHARE must be a number from 0 to 1/],
  ])('refuses %j', (environment, fault) => {
    expect(read(environment as Record<string, string>)).toEqual({ kind: 'faults', faults: [expect.stringMatching(fault)] })
  })

  test('prints what is in force with secrets masked', () => {
    const provider = { id: 'a', label: 'A', issuer: 'https://id.example/', clientId: 'x', clientSecret: 'canary' }
    const result = read({
      ...{ POSTHORN_API_KEY: 'canary-canary-canary-canary', POSTHORN_DATABASE_URL: 'postgres://u:canary@h/d' },
      POSTHORN_EGRESS_PROXY: 'http://u:canary@proxy.example:3128',
      POSTHORN_SIGN_IN_PROVIDERS: JSON.stringify([provider]),
    })
    if (result.kind !== 'ok') throw new Error('expected a configuration')
    expect(printConfig(result.config)).not.toMatch(/canary/)
    expect(printConfig(result.config)).toMatch(/POSTHORN_API_KEY=\[set\]/)
  })
})
