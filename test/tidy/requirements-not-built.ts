/**
 * The requirement rows that no test names yet. A row leaves this list when the title of a test begins with it (`R26: …`, or
 * `R26, R27: …`), in the same commit; the tidy test fails for a row that is in both places, and for one that is in neither.
 * The list may only shrink; `npm run requirements` takes off what tests name.
 */
export const requirementsNotBuilt: Readonly<Record<string, string>> = {
  R3: 'The step is found by search or in the action list under a Notify section',
  R37: 'UI path: + icon → Select System → Built-in Function → Webhook → configure → Save',
  R52: 'Status Code select: 200, 201, 202, 204',
  R83: 'Re-enable from the dashboard after fixing',
  R94: 'Use cases: third-party integrations; event-driven automation; data ingestion from several sources; …',
}
