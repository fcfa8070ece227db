import { readFileSync } from 'node:fs'
import { isLong } from './checks/visit.ts'

/** Long ones, and what the list does not have: marks that say that a script ran, and layouts that a name could break. */
const own: readonly string[] = [
  `<script>document.title='owned'</script>`,
  `"><img src=x onerror="document.title='owned'">`,
  `<svg/onload=globalThis.owned=1>`,
  `javascript:document.title='owned'`,
  `{{constructor.constructor('globalThis.owned=1')()}}`,
  '${globalThis.owned=1}',
  'zero​width‍joiner﻿bom',
  'W'.repeat(200),
  'https://example.com/' + 'path/'.repeat(30),
  'line one\u2028line two\u2029line three',
]
const list = JSON.parse(readFileSync(new URL('../data/naughty-strings.json', import.meta.url), 'utf8')) as readonly string[]

/** The Big List of Naughty Strings and our own: all of them in the long form, of the list each twentieth in the short one. */
export const naughtyStrings: readonly string[] = [...own, ...list.filter((text, at) => text.trim() !== '' && (isLong || at % 20 === 3))]
