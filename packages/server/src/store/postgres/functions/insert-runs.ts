/**
 * A statement of those functions in whose commit runs are created. Reads `runs`, `kinds`, `ses`, and `runner`: who holds them. Those that came to
 * their end before (`finished_at`) nobody holds.
 */
export const insertRuns = `
  if runs is not null then
    insert into run (id, application_id, flow_id, version, "trigger", request_id, key, status, rev, holder, waiter, answer_by, created_at, input,
        finished_at, reply, steps, faults, meta, tags)
      select x.id, x.application_id, x.flow_id, x.version, x.trigger, x.request_id, x.key,
        case when x.finished_at is null then 'queued' else 'ok' end, case when x.finished_at is null then 0 else 1 end,
        case when x.finished_at is null then runner end, case when x.finished_at is null and x.answer_by is not null then ses end,
        x.answer_by, x.created_at, x.input,
        x.finished_at, x.reply, coalesce(x.steps, '[]'), coalesce(x.faults, '[]'), x.meta, x.tags
      from unnest(runs) x
      where kinds[x.op] = 0;
  end if;`
