import type { Migration } from '../migrate.ts'

/**
 * What is known of a flow's draft, so that nobody reads or compiles it to show it: what starts it, whether it differs from what is
 * published, and what is wrong with it. A table of its own, because the columns of `flow` stand behind the draft itself. A draft
 * that was saved before has no row, and is looked at when it is shown.
 */
export const flowDraft: Migration = {
  version: 16,
  name: 'flow_draft',
  statements: ({ table, key, text, int }) => [
    table({
      name: 'flow_draft',
      columns: `flow_id ${key} primary key, changed ${int} not null, trigger_text ${text} not null, findings ${text} not null`,
    }),
  ],
}
