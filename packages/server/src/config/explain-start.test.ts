import { expect, test } from 'vitest'
import { explainStart } from './explain-start.ts'
import type { Config } from './settings.ts'

const config = { data: '/var/lib/posthorn', egressCa: null, databaseUrl: null } as Config
const said = (path: string) => explainStart(Object.assign(new Error('no'), { code: 'EACCES', path, syscall: 'open' }), config)

test.each(['/var/lib/posthorn', '/var/lib/posthorn/posthorn.db', '/var/lib', '/'])('a failure at %s is one of the data folder', (path) => {
  expect(said(path)).toContain('POSTHORN_DATA')
})

test.each(['/var/lib/posthorn-old/x', '/var/lib/post', '/srv'])('a failure at %s is not', (path) => {
  expect(said(path)).toBeUndefined()
})
