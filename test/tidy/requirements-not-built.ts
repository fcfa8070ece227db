/**
 * The requirement rows that no test names yet. A row leaves this list when the title of a test begins with it (`R26: …`, or
 * `R26, R27: …`), in the same commit; the tidy test fails for a row that is in both places, and for one that is in neither.
 * The list may only shrink; `npm run requirements` takes off what tests name.
 */
export const requirementsNotBuilt: Readonly<Record<string, string>> = {
  R1: 'A flow has a Send Webhook step that sends an HTTP request automatically when reached',
  R3: 'The step is found by search or in the action list under a Notify section',
  R5: 'Method is POST',
  R6: 'Event (optional): custom name, e.g. success, error, invoice_sent',
  R13: 'Body field id = id of the webhook event',
  R15: 'Body field transform_job_id = id of the job run via the Transform Job endpoint',
  R19: 'Body field meta: data earlier steps added; available to later steps and to webhook payloads',
  R31: 'Security options: Bearer or custom headers (X-Signature, X-API-Key); HTTPS recommended; verify …',
  R32: 'All requests use Content-Type: application/json',
  R37: 'UI path: + icon → Select System → Built-in Function → Webhook → configure → Save',
  R52: 'Status Code select: 200, 201, 202, 204',
  R58: 'Body Format JSON (default) / XML; XML parsed to structured variables; sample body must match the …',
  R83: 'Re-enable from the dashboard after fixing',
  R94: 'Use cases: third-party integrations; event-driven automation; data ingestion from several sources; …',
  R108: 'Config: SSL/TLS',
}
