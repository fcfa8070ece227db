import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { errors } from '../../packages/contract/src/index.ts'
import { generatedClient } from '../../scripts/generate-client.ts'

const folder = fileURLToPath(new URL('../../packages/sdk/src/client/', import.meta.url))

test.each(Object.entries(generatedClient()))('the client says what the contract says in %s; "npm run client" writes it', (name, text) => {
  expect(readFileSync(folder + name, 'utf8')).toBe(text)
})

/** What no call of the client can bring about. */
const notOfTheClient = ['method_not_allowed', 'unsupported_media_type', 'http_version_unsupported', 'not_implemented']

test('every code of the API is said of any call of the client, or of the operations that answer with it', () => {
  const said = generatedClient()['generated-client.ts']!
  // Those of listeners stand behind it; those of the store are named by what they begin with.
  const codes = Object.keys(errors).slice(0, Object.keys(errors).indexOf('internal') + 1)
  const named = codes.filter((code) => !code.startsWith('store_'))
  expect(named.filter((code) => !said.includes(`\`${code}\``)).toSorted()).toEqual(notOfTheClient.toSorted())
})
