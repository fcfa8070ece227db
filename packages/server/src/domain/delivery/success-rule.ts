/** Which status codes mean that a delivery arrived. A response that was not complete in time never does. */
export type SuccessRule = '2xx' | readonly number[]

/** Of endpoints and http_request steps. */
export const successDefault: SuccessRule = '2xx'

/** Of the Send Webhook step. */
export const sendWebhookSuccessDefault: SuccessRule = [200, 204]

export function isSuccess(rule: SuccessRule, status: number): boolean {
  return rule === '2xx' ? status >= 200 && status <= 299 : rule.includes(status)
}
