import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { invoiceMaker } from './invoice-maker.ts'

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true })
// Both of its module forms are wrapped.
;(addFormats as unknown as { default: (instance: Ajv2020) => void }).default(ajv)

describe('the catalogue invoice-maker', () => {
  test('R76: has the 25 event types of the founding document', () => {
    const names = {
      invoice: ['created', 'updated', 'sent', 'paid', 'overdue', 'cancelled', 'deleted'],
      quotation: ['created', 'updated', 'sent', 'accepted', 'rejected', 'expired', 'converted'],
      customer: ['created', 'updated', 'deleted'],
      expense: ['created', 'updated', 'approved', 'paid', 'deleted'],
      recurring_invoice: ['generated', 'failed', 'completed'],
    }
    const all = Object.entries(names).flatMap(([noun, events]) => events.map((event) => `${noun}.${event}`))
    expect(invoiceMaker.map(({ name }) => name)).toEqual(all)
    expect(all).toHaveLength(25)
  })

  test.each(invoiceMaker.map((one) => [one.name, one] as const))(
    'R71, R76: shows %s with an example that its schema describes',
    (_, one) => {
      expect(one.description).toMatch(/^[A-Z].*\.$/)
      const validate = ajv.compile(one.schemas['1']!)
      expect(validate(one.example), ajv.errorsText(validate.errors)).toBe(true)
      expect(validate({})).toBe(false)
      const [noun] = one.name.split('.')
      expect((one.example[noun!] as { id: string }).id).toMatch(/^[a-z]+_/)
    },
  )
})
