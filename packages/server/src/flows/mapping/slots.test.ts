import { describe, expect, it } from 'vitest'
import { exampleContext } from './example-context.ts'
import { isJsonContentType } from '#domain'
import { parseTemplate } from './template.ts'
import { TemplateError } from './tokens.ts'
import { compileUrl } from './url.ts'

const names = { stepIds: new Set<string>(), secretsAllowed: false }
const slot = (source: string, templatedHost = false) => compileUrl(parseTemplate(source, names), templatedHost)
const rendered = (source: string, body: unknown, templatedHost = false) => slot(source, templatedHost).evaluate(exampleContext({ body }))

describe('URL slot', () => {
  it('R4: encodes values in path and query, so that they stay inside their place', () => {
    expect(rendered('https://a.example/o/{{ body.x }}?q={{ body.x }}#f', { x: 'a/b?c=d&e#é' })).toEqual({
      ok: true,
      url: 'https://a.example/o/a%2Fb%3Fc%3Dd%26e%23%C3%A9?q=a%2Fb%3Fc%3Dd%26e%23%C3%A9#f',
    })
    expect(rendered('https://a.example/{{ body.n }}', { n: 7 })).toEqual({ ok: true, url: 'https://a.example/7' })
  })

  it('R4: refuses a template in scheme, host or port unless the owner opts in', () => {
    for (const source of [
      'https://{{ body.h }}/x',
      '{{ body.u }}',
      'https://a{{ body.h }}/x',
      'https://a.example{{ body.h }}/',
      'https://a.example:{{ body.p }}/',
      'https://u:{{ body.p }}@a.example/',
    ]) {
      expect(() => slot(source), source).toThrow(TemplateError)
    }
    expect(rendered('https://{{ body.h }}/x', { h: 'b.example' }, true)).toEqual({ ok: true, url: 'https://b.example/x' })
    expect(rendered('{{ body.u }}', { u: 'file:///etc/passwd' }, true)).toMatchObject({ ok: false })
  })

  it('R4: never lets a value climb out of its folder or change the host', () => {
    for (const x of [
      '..',
      '.',
      '../admin',
      '..\\..',
      '%2e%2e',
      '//evil.example',
      '@evil.example',
      '\\evil.example',
      'a\r\nb',
      '/..',
      'é..',
    ]) {
      const result = rendered('https://a.example/v1/{{ body.x }}/end', { x })
      if (result.ok) expect(result.url, x).toMatch(/^https:\/\/a\.example\/v1\/[^/]+\/end$/)
      else expect(result.message).toMatch(/segment|space/)
    }
    expect(rendered('https://a.example/{{ body.x }}{{ body.x }}', { x: '.' })).toMatchObject({ ok: false })
  })

  it('R10: warns of credentials in the URL; R31: warns of http', () => {
    expect(slot('https://a.example/x').warnings).toEqual([])
    for (const url of ['https://u:p@a.example/', 'https://a.example/?token=1', 'https://a.example/?x=1&api_key={{ body.k }}']) {
      expect(slot(url).warnings, url).toMatchObject([expect.stringContaining('credential')])
    }
    expect(slot('http://a.example/').warnings).toMatchObject([expect.stringContaining('not https')])
  })

  it('refuses what is no web address', () => {
    for (const url of ['ftp://a.example/', 'a.example/x', 'javascript:alert(1)', 'https://', 'https://a b/', 'https://a.example/\nx']) {
      expect(() => slot(url), url).toThrow(TemplateError)
    }
  })
})

describe('header slot', () => {
  it('R11: takes another content type only if it is JSON', () => {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'application/vnd.api+json', 'Application/Cloudevents+JSON'])
      expect(isJsonContentType(type), type).toBe(true)
    for (const type of ['text/plain', 'application/xml', 'application/jsonx', 'text/json', ''])
      expect(isJsonContentType(type), type).toBe(false)
  })
})
