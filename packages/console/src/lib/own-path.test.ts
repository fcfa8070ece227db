import { expect, test } from 'vitest'
import { ownPath } from './own-path.ts'

test.each(['/a/shop/deliveries?status=failed&open=dlv_1#x', '/org/members', '/'])('leads to %s, a page of ours', (next) => {
  expect(ownPath(next)).toBe(next)
})

test.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '/%5cevil.example/../..//evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
  'a/shop',
  '',
  '/sign-in?next=/sign-in',
  '/welcome',
])('leads nowhere else by %j', (next) => {
  const path = ownPath(next)
  expect(new URL(path, 'https://own.example').origin).toBe('https://own.example')
  expect(path).not.toMatch(/^\/(sign-in|welcome|[/\\])/)
})

test('leads home where nothing is said', () => {
  expect(ownPath(undefined)).toBe('/')
})
