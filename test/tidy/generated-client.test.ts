import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { generatedClient } from '../../scripts/generate-client.ts'

const folder = fileURLToPath(new URL('../../packages/sdk/src/client/', import.meta.url))

test.each(Object.entries(generatedClient()))('the client says what the contract says in %s; "npm run client" writes it', (name, text) => {
  expect(readFileSync(folder + name, 'utf8')).toBe(text)
})
