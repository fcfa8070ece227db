import { faulty, type Checked } from './checked.ts'
import { limits } from './limits.ts'

/** Which status codes mean that a delivery arrived. A response that was not complete in time never does. */
export type SuccessRule = '2xx' | readonly number[]

/** Of endpoints and http_request steps. */
export const successDefault: SuccessRule = '2xx'

/** Of the Send Webhook step. */
export const sendWebhookSuccessDefault: SuccessRule = [200, 204]

export function isSuccess(rule: SuccessRule, status: number): boolean {
  return rule === '2xx' ? status >= 200 && status <= 299 : rule.includes(status)
}

/** Reads a rule that somebody wrote. Codes below 200 are not final responses, so no rule can wait for them. */
export function checkSuccessRule(value: unknown): Checked<SuccessRule> {
  if (value === '2xx') return { ok: true, value }
  if (!Array.isArray(value) || value.length === 0 || value.length > limits.successStatusesMax) {
    return faulty('', 'invalid_success_rule', `Give "2xx", or a list of 1 to ${limits.successStatusesMax} status codes.`)
  }
  const wrong = value.findIndex((status) => !Number.isInteger(status) || status < 200 || status > 599)
  if (wrong >= 0) return faulty(`/${wrong}`, 'out_of_range', 'A status code is a whole number from 200 to 599.')
  return { ok: true, value: [...new Set(value as number[])] }
}
