import pg from 'pg'
import { expect, test } from 'vitest'
import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import { faultOf } from './fault-of.ts'
import { ReadOnlyServerError, UnreachableError } from './pool.ts'

const said = (code: string) => Object.assign(new pg.DatabaseError('x', 1, 'error'), { code })

test.for([
  ['53100', 'full'],
  ['25006', 'read_only'],
  ['XX001', 'corrupt'],
  ['XX002', 'corrupt'],
  ['58P01', 'corrupt'],
  ['53300', 'unavailable'], // too many connections
  ['57P03', 'unavailable'], // starting up
  ['57014', 'unavailable'], // out of time
  ['08006', 'unavailable'],
  ['58030', 'unavailable'], // input/output
  ['23505', undefined], // a unique index: an answer
  ['42601', undefined], // syntax: a defect of ours
] as const)('the state %s of PostgreSQL is %s', ([code, fault]) => {
  expect(faultOf(said(code))).toBe(fault)
})

test('what kept a connection from being had says which fault it is', () => {
  expect(faultOf(new UnreachableError(new ReadOnlyServerError()))).toBe('read_only')
  expect(faultOf(new UnreachableError(said('53300')))).toBe('unavailable')
  expect(faultOf(new UnreachableError(new Error('connect ECONNREFUSED')))).toBe('unavailable')
  expect(faultOf(new CommitUnknownError(new Error('Connection terminated')))).toBe('unavailable')
  expect(faultOf(new TypeError('a surprise'))).toBeUndefined()
})
