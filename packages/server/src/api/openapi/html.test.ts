import { expect, test } from 'vitest'
import { html } from './html.ts'

test('escapes what is put into HTML, but not HTML itself, and leaves out what is not there', () => {
  const inner = html`<b>${'<script>"&\''}</b>`
  expect(String(html`<p>${[inner, 'a<b']}${false}${undefined}${1}</p>`)).toBe('<p><b>&lt;script&gt;&quot;&amp;&#39;</b>a&lt;b1</p>')
})
