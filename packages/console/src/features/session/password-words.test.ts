import { expect, test } from 'vitest'
import { passwordWords } from './password-words.ts'

test.each([
  ['', 'short', '12 characters or more.'],
  ['eleven char', 'short', '1 more character.'],
  ['aaaaaaaaaaaaaaaa', 'weak', 'Easy to guess: it repeats or counts.'],
  ['passpasspasspass', 'weak', 'Easy to guess: it repeats or counts.'],
  ['abcdefghijklmnop', 'weak', 'Easy to guess: it repeats or counts.'],
  ['1234567890qwertyuiop', 'weak', 'Easy to guess: it repeats or counts.'],
  ['lindqvist-2026!!', 'weak', 'Easy to guess: it has your name or address in it.'],
  ['tall green horn', 'fair', 'Fair. A few words more make it strong.'],
  ['four words in a row', 'strong', 'Strong.'],
])('says of %j that it is %s', (password, kind, words) => {
  expect(passwordWords(password, ['ines@lindqvist.example', 'Ines'])).toEqual({ kind, words })
})
