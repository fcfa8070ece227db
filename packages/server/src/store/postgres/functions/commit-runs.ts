import { insertRuns } from './insert-runs.ts'

/**
 * One group commit of what runs did. Kinds: 0 committed, 1 lost, 2 stale, 3 answered. Null: the session is not alive.
 * `apps`, `versions`, `parts` and `op_apps` are as in accept; `replying` says which bring a reply, `heards` how much of its `wake` each has heard (null:
 * all), `given_up` which deliveries the one in `given_up_ops` waits for no more. Runs, then keys, then lanes are locked.
 */
export const commitRuns = `
create function posthorn.commit_runs(ses text, apps text[], versions bigint[], parts int[], op_apps int[], run_ids text[], revs bigint[], replying boolean[], heards int[], given_up_ops int[], given_up text[],
  commits posthorn.commit_row[], reopens posthorn.reopen_row[], runs posthorn.run_row[], messages posthorn.message_row[],
  deliveries posthorn.delivery_row[], skips posthorn.skip_row[], lanes text[])
returns json language plpgsql as $$
declare
  now bigint;
  kinds int[];
  runner text;       -- who holds the runs that are created here
  takes boolean;     -- the session takes lanes
  inserted json;
  goes_on int[];     -- those that were to wait, and of whose deliveries more have ended
begin
  select case s.takes_runs when 0 then 'nobody' else ses end, s.takes_lanes = 1 into runner, takes
    from session s where s.id = ses and s.alive = 1 for key share;
  if not found then
    return null;
  end if;
  now := posthorn.now_ms();

  perform 1 from unnest(run_ids) x join run r on r.id = any(array[x]) order by x collate "C" for no key update of r;
  select array_agg(case when r.rev is distinct from x.rev or r.holder is distinct from ses then 1
      when x.app <> 0 and v.current is not true then 2 when x.replying and r.reply is not null then 3 else 0 end order by x.n) into kinds
    from unnest(run_ids, revs, op_apps, replying) with ordinality x(run, rev, app, replying, n) left join run r on r.id = any(array[x.run]) left join (
      select y.n, case y.part when 0 then a.version when 1 then a.inbound_version else a.outbound_version end is not distinct from y.version current
        from unnest(apps, versions, parts) with ordinality y(id, version, part, n) left join application a on a.id = any(array[y.id])
    ) v on v.n = x.app;

  if heards is not null then
    select array_agg(c.op) into goes_on from unnest(commits) c join run r on r.id = any(array[c.run])
      where kinds[c.op] = 0 and c.status = 'waiting' and char_length(r.wake) > heards[c.op];
  end if;

  -- A reply, once committed, was given: later segments bring none, and must not take it away.
  update run r set status = case when c.op = any(goes_on) then 'running' else c.status end, rev = r.rev + 1,
      holder = case when c.status = 'running' or c.op = any(goes_on) then ses end, parked_on = c.parked_on,
      due_at = case when c.op = any(goes_on) then null else now + c.wait_ms end, finished_at = c.finished_at, error_code = c.error_code,
      reply = coalesce(c.reply, r.reply), wake = nullif(substr(r.wake, heards[c.op] + 1), ''), state = c.state,
      steps = c.steps, faults = c.faults, meta = c.meta
    from unnest(commits) c
    where r.id = any(array[c.run]) and kinds[c.op] = 0;
${insertRuns}

  if reopens is not null then
    delete from dedup d using unnest(reopens) k
      where kinds[k.op] = 0 and d.scope = any(array[k.scope]) and d.key = k.key and d.ref = k.ref;
  end if;

  if messages is not null or deliveries is not null then
    inserted := posthorn.insert_messages(ses, takes, now, kinds, messages, deliveries, skips, lanes);
  end if;
  -- Behind the inserts: it waits for no lane.
  if given_up is not null then
    perform posthorn.cancel_deliveries(
      (select array_agg(g.id) from unnest(given_up_ops, given_up) g(op, id) where kinds[g.op] = 0), false, null);
  end if;
  return json_build_object('now', now, 'kinds', kinds, 'goes_on', goes_on, 'inserted', inserted);
end $$`
