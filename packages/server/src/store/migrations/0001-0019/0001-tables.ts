import type { Migration } from '../migrate.ts'
import type { SqlDialect } from '../sql-dialect.ts'

/**
 * All tables of `schema.ts`. Large columns come last, so that a read of the others never walks through them. There are few
 * indexes because each is paid for by every write: logs are paged by `(owner, id)`, and an id carries its time. No foreign
 * keys: the rooms keep what belongs together in one batch, and retention removes kinds on their own.
 */
export const tables: Migration = {
  version: 1,
  name: 'tables',
  statements: (dialect) => [...receivers(dialect), ...senders(dialect), ...access(dialect), ...liveWork(dialect), ...logs(dialect)],
}

function receivers({ key, text, int, table }: SqlDialect): string[] {
  const changed = `created_at ${int} not null, updated_at ${int} not null, deleted_at ${int}`
  return [
    table({
      name: 'application',
      columns: `id ${key} primary key, uid ${key}, name ${text} not null, metadata ${text} not null, plan ${text} not null, settings ${text} not null,
        throttle_rate ${int}, version ${int} not null default 1, ${changed}`,
    }),
    uidIndex('application', 'uid'),
    table({
      name: 'event_type',
      columns: `name ${key} primary key, description ${text} not null, archived ${int} not null, deprecated ${int} not null, schemas ${text},
        example ${text}, feature_flag ${text}, group_name ${text}, created_at ${int} not null, updated_at ${int} not null`,
    }),
    table({
      name: 'endpoint',
      columns: `id ${key} primary key, application_id ${key} not null, uid ${key}, url ${text} not null, description ${text} not null, state ${text} not null,
        event_types ${text}, channels ${text}, filter ${text}, throttle_rate ${int}, concurrency ${int}, ordered ${int} not null,
        on_exhausted ${text} not null, signing ${text} not null, retry_policy ${text}, timeout_ms ${int}, success ${text}, headers ${text},
        metadata ${text} not null, ${changed}`,
    }),
    uidIndex('endpoint', 'application_id, uid'),
    'create index endpoint_application on endpoint (application_id)',
    table({
      name: 'endpoint_secret',
      columns: `id ${key} primary key, endpoint_id ${key} not null, sealed ${text} not null, created_at ${int} not null, expires_at ${int}`,
    }),
    'create index endpoint_secret_endpoint on endpoint_secret (endpoint_id)',
  ]
}

function senders({ key, text, int, table }: SqlDialect): string[] {
  const changed = `created_at ${int} not null, updated_at ${int} not null, deleted_at ${int}`
  return [
    table({
      name: 'listener',
      columns: `id ${key} primary key, application_id ${key} not null, uid ${key}, name ${text} not null, system ${text} not null, suffix ${text} not null,
        methods ${text} not null, auth ${text} not null, config ${text} not null, enabled ${int} not null, ${changed}`,
    }),
    uidIndex('listener', 'application_id, uid'),
    'create index listener_application on listener (application_id)',
    table({
      name: 'flow',
      columns: `id ${key} primary key, application_id ${key} not null, uid ${key}, name ${text} not null, enabled ${int} not null, draft ${text} not null,
        published_version ${int}, ${changed}`,
    }),
    uidIndex('flow', 'application_id, uid'),
    'create index flow_application on flow (application_id)',
    table({
      name: 'flow_version',
      columns: `flow_id ${key} not null, version ${int} not null, definition ${text} not null, created_at ${int} not null, created_by ${text} not null,
        primary key (flow_id, version)`,
    }),
    table({
      name: 'secret',
      columns: `application_id ${key} not null, name ${key} not null, sealed ${text} not null, last4 ${text} not null, created_at ${int} not null,
        updated_at ${int} not null, primary key (application_id, name)`,
    }),
  ]
}

function access({ key, text, int, table }: SqlDialect): string[] {
  return [
    table({
      name: 'api_key',
      columns: `id ${key} primary key, application_id ${key}, name ${text} not null, access ${text} not null, hash ${key} not null, last4 ${text} not null,
        created_at ${int} not null, expires_at ${int}, last_used_at ${int}, revoked_at ${int}`,
    }),
    'create unique index api_key_hash on api_key (hash)',
    table({
      name: 'audit',
      columns: `id ${key} primary key, at ${int} not null, application_id ${key}, actor ${text} not null, action ${text} not null, target ${text} not null,
        before ${text}, after ${text}, ip ${text}`,
    }),
    'create index audit_application on audit (application_id, id)',
    table({
      name: 'idempotency',
      columns: `key ${key} primary key, body_hash ${text} not null, status ${int}, body ${text}, created_at ${int} not null, expires_at ${int} not null`,
    }),
    'create index idempotency_expires on idempotency (expires_at)',
  ]
}

/** Small and hot. On SQLite the columns `next_due`, `owner` and `epoch` of a lane are not kept: the one process has them in memory. */
function liveWork({ engine, key, int, table }: SqlDialect): string[] {
  return [
    table({ name: 'session', columns: `id ${key} primary key, alive ${int} not null, beat ${int} not null`, inKey: true, fill: 50 }),
    // One row that the health check writes and reads back.
    table({ name: 'health', columns: `id ${int} primary key, at ${int} not null` }),
    table({
      name: 'lane',
      columns: `lane ${key} primary key, application_id ${key} not null, state ${int} not null, next_due ${int} not null, circuit_until ${int} not null default 0,
        blocked_until ${int} not null default 0, owner ${key}, epoch ${int} not null default 0, failures ${int} not null default 0,
        skipped ${int} not null default 0, takeovers ${int} not null default 0`,
      inKey: true,
      fill: 60,
    }),
    'create index lane_application on lane (application_id)',
    // Held, paused and disabled lanes cost a claim nothing.
    ...(engine === 'postgres'
      ? [
          'create index lane_claimable on lane (next_due) where state = 0 and owner is null',
          'create index lane_owner on lane (owner) where owner is not null',
        ]
      : []),
    table({
      name: 'task',
      columns: `lane ${key} not null, due ${int} not null, delivery ${key} not null, manual ${int} not null, primary key (lane, due, delivery, manual)`,
      inKey: true,
      fill: 70,
    }),
    // Manual tasks are few, and their due is written nowhere else: retention and cancelling find them here.
    'create index task_manual on task (delivery) where manual = 1',
    table({
      name: 'dedup',
      columns: `scope ${key} not null, key ${key} not null, ref ${key} not null, expires_at ${int} not null, primary key (scope, key)`,
      inKey: true,
    }),
    'create index dedup_expires on dedup (expires_at)',
  ]
}

function logs({ key, text, int, bytes, table }: SqlDialect): string[] {
  return [
    table({
      name: 'request',
      columns: `id ${key} primary key, application_id ${key}, listener_id ${key}, status ${text} not null, reason ${text}, detail ${text}, method ${text} not null,
        path ${text} not null, query ${text} not null, headers ${text} not null, ip ${text} not null, content_type ${text}, event_type ${text},
        dedup_key ${text}, duplicate_of ${key}, run_ids ${text} not null, reply_status ${int}, received_at ${int} not null, body_bytes ${int} not null, body ${bytes}`,
    }),
    'create index request_listener on request (listener_id, id) where listener_id is not null',
    table({
      name: 'run',
      columns: `id ${key} primary key, application_id ${key} not null, flow_id ${key} not null, version ${int} not null, "trigger" ${text} not null, request_id ${key},
        key ${text} not null, status ${text} not null, rev ${int} not null, holder ${key}, waiter ${key}, parked_on ${key}, created_at ${int} not null,
        finished_at ${int}, error_code ${text}, reply ${text}, wake ${text}, state ${text}, input ${text}, steps ${text} not null, faults ${text} not null,
        meta ${text} not null`,
      fill: 80,
    }),
    'create index run_flow on run (flow_id, id)',
    // Retention keeps the request of a live run; finished runs leave the index.
    'create index run_live_request on run (request_id) where finished_at is null and request_id is not null',
    'create index run_holder on run (holder, id) where holder is not null',
    table({
      name: 'message',
      columns: `id ${key} primary key, application_id ${key} not null, event_id ${key}, event_type ${text} not null, channels ${text}, tags ${text}, run_id ${key},
        created_at ${int} not null, payload ${bytes}`,
    }),
    'create index message_application on message (application_id, id)',
    table({
      name: 'delivery',
      columns: `id ${key} primary key, application_id ${key} not null, lane ${key} not null, endpoint_id ${key}, message_id ${key}, run_id ${key}, step_id ${text},
        event_type ${text} not null, status ${text} not null, attempts ${int} not null, retries ${int} not null, retry_in_seen ${int} not null,
        first_attempt_at ${int}, next_at ${int}, created_at ${int} not null, finished_at ${int}, last_status ${int}, last_failure ${text},
        request ${text}, body ${bytes}`,
      fill: 80,
    }),
    'create index delivery_application on delivery (application_id, id)',
    'create index delivery_endpoint on delivery (endpoint_id, id) where endpoint_id is not null',
    'create index delivery_message on delivery (message_id) where message_id is not null',
    'create index delivery_run on delivery (run_id) where run_id is not null',
    table({
      name: 'attempt',
      columns: `id ${key} primary key, application_id ${key} not null, delivery_id ${key} not null, endpoint_id ${key}, message_id ${key}, event_type ${text} not null,
        n ${int} not null, manual ${int} not null, ok ${int} not null, started_at ${int} not null, duration_ms ${int} not null, url ${text} not null,
        status ${int}, failure ${text}, detail ${text}, next_at ${int}, phases ${text} not null, request_headers ${text} not null,
        response_headers ${text}, response_truncated ${int} not null, response_body ${bytes}`,
    }),
    'create index attempt_delivery on attempt (delivery_id)',
    'create index attempt_endpoint on attempt (endpoint_id, id) where endpoint_id is not null',
  ]
}

/** A caller's own name is unique among what exists; a deleted one's name is free again. */
function uidIndex(table: string, columns: string): string {
  return `create unique index ${table}_uid on ${table} (${columns}) where deleted_at is null and uid is not null`
}
