import { expect, test } from 'vitest'
import { credentialIn } from './credential-in.ts'

test('a URL that carries a credential is warned of', () => {
  const warned = ['https://a.example/?token=x', 'https://a.example/?api_key=x', 'https://u:p@a.example/', 'https://a.example/?access-key=x']
  for (const url of warned) expect(credentialIn(url), url).toMatch(/Put it into a header/)
  for (const url of ['https://a.example/hooks', 'https://a.example/?page=1', 'not a url', ''])
    expect(credentialIn(url), url).toBeUndefined()
})
