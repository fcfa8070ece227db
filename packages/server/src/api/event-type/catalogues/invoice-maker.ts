import type { CatalogueEventType } from './catalogue.ts'

/*
 * The events of an invoicing product: invoices, quotations, customers, expenses and recurring invoices, each with a schema and an
 * example of what stands under `data`. Amounts are decimal text, because a receiver's numbers round.
 */

type Schema = Readonly<Record<string, unknown>>
type Fields = Readonly<Record<string, Schema>>

const text: Schema = { type: 'string' }
const id: Schema = { type: 'string', description: 'Never changes' }
const date: Schema = { type: 'string', format: 'date' }
const moment: Schema = { type: 'string', format: 'date-time' }
const email: Schema = { type: 'string', format: 'email' }
const amount: Schema = { type: 'string', pattern: '^-?[0-9]+\\.[0-9]{2}$', description: 'A decimal number as text, such as "1190.00"' }
const currency: Schema = { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217' }
const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values })
const listOf = (items: Schema): Schema => ({ type: 'array', items })
/** Every field is there; later versions may add some. */
const object = (properties: Fields, description?: string): Schema => ({
  type: 'object',
  ...(description !== undefined && { description }),
  properties,
  required: Object.keys(properties),
})

const contact = object({ id, name: text, email })
const lines = listOf(object({ description: text, quantity: { type: 'number', exclusiveMinimum: 0 }, unit_price: amount, amount }))
const totals: Fields = { currency, subtotal: amount, tax: amount, total: amount }
const reference = object({ id, number: text })

const exampleContact = { id: 'cus_7Q2mX4', name: 'Gartenbau Lindner', email: 'buchhaltung@lindner.example' }
const exampleLines = [{ description: 'Planting plan', quantity: 2, unit_price: '500.00', amount: '1000.00' }]
const exampleTotals = { currency: 'EUR', subtotal: '1000.00', tax: '190.00', total: '1190.00' }

const invoice = object({
  ...{ id, number: text, status: oneOf('draft', 'sent', 'paid', 'overdue', 'cancelled'), customer: contact, lines, ...totals },
  ...{ amount_due: amount, issued_on: date, due_on: date, created_at: moment, updated_at: moment },
})
const exampleInvoice = (status: string, change: object = {}) => ({
  ...{ id: 'inv_3fK9aB', number: 'RE-2026-0042', status, customer: exampleContact, lines: exampleLines, ...exampleTotals },
  ...{ amount_due: '1190.00', issued_on: '2026-03-02', due_on: '2026-03-16' },
  ...{ created_at: '2026-03-02T09:15:00.000Z', updated_at: '2026-03-02T09:15:00.000Z' },
  ...change,
})

const quotation = object({
  ...{
    id,
    number: text,
    status: oneOf('draft', 'sent', 'accepted', 'rejected', 'expired', 'converted'),
    customer: contact,
    lines,
    ...totals,
  },
  ...{ issued_on: date, valid_until: date, created_at: moment, updated_at: moment },
})
const exampleQuotation = (status: string, updated = '2026-02-10T08:00:00.000Z') => ({
  ...{ id: 'quo_8sT1zR', number: 'AN-2026-0017', status, customer: exampleContact, lines: exampleLines, ...exampleTotals },
  ...{ issued_on: '2026-02-10', valid_until: '2026-03-10', created_at: '2026-02-10T08:00:00.000Z', updated_at: updated },
})

const address = object({ street: text, postal_code: text, city: text, country: { ...text, description: 'ISO 3166-1, two letters' } })
const customer = object({ id, name: text, email, vat_id: { type: ['string', 'null'] }, address, created_at: moment, updated_at: moment })
const exampleCustomer = (updated = '2026-01-20T10:30:00.000Z') => ({
  ...exampleContact,
  vat_id: 'DE123456789',
  address: { street: 'Am Anger 5', postal_code: '99084', city: 'Erfurt', country: 'DE' },
  ...{ created_at: '2026-01-20T10:30:00.000Z', updated_at: updated },
})

const expense = object({
  ...{ id, status: oneOf('open', 'approved', 'paid'), supplier: text, category: text, description: text, ...totals },
  ...{ spent_on: date, created_at: moment, updated_at: moment },
})
const exampleExpense = (status: string, updated = '2026-03-05T12:00:00.000Z') => ({
  ...{ id: 'exp_5vN0cE', status, supplier: 'Baumschule Ost', category: 'material', description: 'Hedge plants', ...exampleTotals },
  ...{ spent_on: '2026-03-04', created_at: '2026-03-05T12:00:00.000Z', updated_at: updated },
})

const recurring = object({
  ...{ id, status: oneOf('active', 'failed', 'completed'), customer: contact, interval: oneOf('weekly', 'monthly', 'quarterly', 'yearly') },
  ...{ generated: { type: 'integer', minimum: 0, description: 'Invoices so far' }, next_on: { type: ['string', 'null'], format: 'date' } },
  ...{ created_at: moment, updated_at: moment },
})
const exampleRecurring = (status: string, next: string | null) => ({
  ...{ id: 'rec_2hJ6wD', status, customer: exampleContact, interval: 'monthly', generated: 3, next_on: next },
  ...{ created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-03-01T00:00:00.000Z' },
})

const deleted = (fields: Fields): Schema => object({ ...fields, deleted_at: moment }, 'What is left of it')
const changes: Schema = { ...listOf(text), description: 'Names of the fields that changed' }

interface Event {
  readonly name: string
  readonly description: string
  readonly data: Fields
  readonly example: Readonly<Record<string, unknown>>
}

function group(name: string, events: readonly Event[]): CatalogueEventType[] {
  return events.map((event) => ({
    name: event.name,
    description: event.description,
    groupName: name,
    schemas: { 1: object(event.data) },
    example: event.example,
  }))
}

export const invoiceMaker: readonly CatalogueEventType[] = [
  ...group('Invoices', [
    {
      name: 'invoice.created',
      description: 'An invoice was created, as a draft.',
      data: { invoice },
      example: { invoice: exampleInvoice('draft') },
    },
    {
      name: 'invoice.updated',
      description: 'Fields of an invoice were changed.',
      data: { invoice, changed: changes },
      example: { invoice: exampleInvoice('draft', { due_on: '2026-03-30', updated_at: '2026-03-02T10:00:00.000Z' }), changed: ['due_on'] },
    },
    {
      name: 'invoice.sent',
      description: 'An invoice was sent to its customer.',
      data: { invoice, sent_to: listOf(email) },
      example: { invoice: exampleInvoice('sent', { updated_at: '2026-03-02T11:00:00.000Z' }), sent_to: [exampleContact.email] },
    },
    {
      name: 'invoice.paid',
      description: 'An invoice was paid in full.',
      data: {
        invoice,
        payment: object({ id, amount, currency, method: oneOf('bank_transfer', 'card', 'cash', 'other'), paid_at: moment }),
      },
      example: {
        invoice: exampleInvoice('paid', { amount_due: '0.00', updated_at: '2026-03-12T14:03:00.000Z' }),
        payment: { id: 'pay_9dL3uY', amount: '1190.00', currency: 'EUR', method: 'bank_transfer', paid_at: '2026-03-12T14:03:00.000Z' },
      },
    },
    {
      name: 'invoice.overdue',
      description: 'The due date of an invoice has passed, and something of it is still to be paid.',
      data: { invoice, days_overdue: { type: 'integer', minimum: 1 } },
      example: { invoice: exampleInvoice('overdue', { updated_at: '2026-03-17T00:00:00.000Z' }), days_overdue: 1 },
    },
    {
      name: 'invoice.cancelled',
      description: 'An invoice was cancelled. It keeps its number.',
      data: { invoice, reason: { type: ['string', 'null'] } },
      example: {
        invoice: exampleInvoice('cancelled', { amount_due: '0.00', updated_at: '2026-03-03T08:20:00.000Z' }),
        reason: 'Wrong address',
      },
    },
    {
      name: 'invoice.deleted',
      description: 'A draft of an invoice was deleted.',
      data: { invoice: deleted({ id, number: text }) },
      example: { invoice: { id: 'inv_3fK9aB', number: 'RE-2026-0042', deleted_at: '2026-03-02T09:40:00.000Z' } },
    },
  ]),
  ...group('Quotations', [
    {
      name: 'quotation.created',
      description: 'A quotation was created, as a draft.',
      data: { quotation },
      example: { quotation: exampleQuotation('draft') },
    },
    {
      name: 'quotation.updated',
      description: 'Fields of a quotation were changed.',
      data: { quotation, changed: changes },
      example: { quotation: exampleQuotation('draft', '2026-02-10T08:30:00.000Z'), changed: ['lines', 'subtotal', 'tax', 'total'] },
    },
    {
      name: 'quotation.sent',
      description: 'A quotation was sent to its customer.',
      data: { quotation, sent_to: listOf(email) },
      example: { quotation: exampleQuotation('sent', '2026-02-10T09:00:00.000Z'), sent_to: [exampleContact.email] },
    },
    {
      name: 'quotation.accepted',
      description: 'The customer accepted a quotation.',
      data: { quotation, accepted_at: moment },
      example: { quotation: exampleQuotation('accepted', '2026-02-14T16:45:00.000Z'), accepted_at: '2026-02-14T16:45:00.000Z' },
    },
    {
      name: 'quotation.rejected',
      description: 'The customer rejected a quotation.',
      data: { quotation, rejected_at: moment, reason: { type: ['string', 'null'] } },
      example: {
        quotation: exampleQuotation('rejected', '2026-02-15T07:10:00.000Z'),
        ...{ rejected_at: '2026-02-15T07:10:00.000Z', reason: 'Too expensive' },
      },
    },
    {
      name: 'quotation.expired',
      description: 'A quotation was neither accepted nor rejected before the end of its validity.',
      data: { quotation },
      example: { quotation: exampleQuotation('expired', '2026-03-11T00:00:00.000Z') },
    },
    {
      name: 'quotation.converted',
      description: 'A quotation became an invoice.',
      data: { quotation, invoice: reference },
      example: {
        quotation: exampleQuotation('converted', '2026-03-02T09:15:00.000Z'),
        invoice: { id: 'inv_3fK9aB', number: 'RE-2026-0042' },
      },
    },
  ]),
  ...group('Customers', [
    {
      name: 'customer.created',
      description: 'A customer was created.',
      data: { customer },
      example: { customer: exampleCustomer() },
    },
    {
      name: 'customer.updated',
      description: 'Fields of a customer were changed.',
      data: { customer, changed: changes },
      example: { customer: exampleCustomer('2026-02-01T13:00:00.000Z'), changed: ['address'] },
    },
    {
      name: 'customer.deleted',
      description: 'A customer was deleted. Invoices keep what they say of it.',
      data: { customer: deleted({ id, name: text }) },
      example: { customer: { id: 'cus_7Q2mX4', name: 'Gartenbau Lindner', deleted_at: '2026-04-01T09:00:00.000Z' } },
    },
  ]),
  ...group('Expenses', [
    {
      name: 'expense.created',
      description: 'An expense was recorded.',
      data: { expense },
      example: { expense: exampleExpense('open') },
    },
    {
      name: 'expense.updated',
      description: 'Fields of an expense were changed.',
      data: { expense, changed: changes },
      example: { expense: exampleExpense('open', '2026-03-05T12:20:00.000Z'), changed: ['category'] },
    },
    {
      name: 'expense.approved',
      description: 'An expense was approved.',
      data: { expense, approved_by: text },
      example: { expense: exampleExpense('approved', '2026-03-06T09:00:00.000Z'), approved_by: 'Mara Heller' },
    },
    {
      name: 'expense.paid',
      description: 'An expense was paid.',
      data: { expense, paid_at: moment },
      example: { expense: exampleExpense('paid', '2026-03-07T10:00:00.000Z'), paid_at: '2026-03-07T10:00:00.000Z' },
    },
    {
      name: 'expense.deleted',
      description: 'An expense was deleted.',
      data: { expense: deleted({ id, description: text }) },
      example: { expense: { id: 'exp_5vN0cE', description: 'Hedge plants', deleted_at: '2026-03-08T08:00:00.000Z' } },
    },
  ]),
  ...group('Recurring invoices', [
    {
      name: 'recurring_invoice.generated',
      description: 'A recurring invoice has made its next invoice.',
      data: { recurring_invoice: recurring, invoice },
      example: { recurring_invoice: exampleRecurring('active', '2026-04-01'), invoice: exampleInvoice('draft') },
    },
    {
      name: 'recurring_invoice.failed',
      description: 'A recurring invoice could not make its next invoice. It is tried again the next day.',
      data: { recurring_invoice: recurring, reason: text },
      example: { recurring_invoice: exampleRecurring('failed', '2026-03-02'), reason: 'The customer was deleted.' },
    },
    {
      name: 'recurring_invoice.completed',
      description: 'A recurring invoice has made its last invoice.',
      data: { recurring_invoice: recurring },
      example: { recurring_invoice: exampleRecurring('completed', null) },
    },
  ]),
]
