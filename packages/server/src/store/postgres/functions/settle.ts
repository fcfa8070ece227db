/**
 * One group commit of what became of attempts; null if the session is not alive, which is the fence. Only tasks found under
 * their exact key are settled, and only what was settled wakes its run. `wait` is null for ends.
 *
 * `messages` to `told_lanes` are operational messages, as `insert_messages` takes them, or null: those of settlement i are of operation i, those of
 * stop i of operation n + i.
 */
export const settle = `
create function posthorn.settle(ses text, n int, tasks posthorn.task_row[], attempts posthorn.attempt_row[],
  lane_updates posthorn.lane_row[], stops posthorn.stop_row[], has_manual boolean,
  messages posthorn.message_row[], deliveries posthorn.delivery_row[], skips posthorn.skip_row[], told_lanes text[])
returns json language plpgsql as $$
#variable_conflict use_variable
declare
  now bigint;
  done int[];
  lanes text[];
  taken_over text[];
  unowned text[];
  kinds int[] := array_fill(1, array[n]); -- 0: settled
  ended json;
  stays json;        -- tasks in ordered lanes, which are due as before
  stays_i int[];
  woken json;
  changed text[] := '{}';
  runner text; -- who holds the runs that are woken
  app text;
  off record;
  i int;
begin
  select case s.takes_runs when 0 then 'nobody' else ses end into runner from session s where s.id = ses and s.alive = 1 for key share;
  if not found then
    return null;
  end if;
  now := posthorn.now_ms();

  if tasks is not null then
    with r as materialized (
      -- kept: a manual attempt that did not deliver leaves the schedule alone.
      select x.*, x.manual = 1 and x.status <> 'delivered' kept
      from unnest(tasks) x
    ), gone as (
      delete from task t using r
        where r.wait is null and t.lane = any(array[r.lane]) and t.due = r.due and t.delivery = r.delivery and t.manual = r.manual
        returning r.*
    ), moved as (
      update task t set due = case when exists (select 1 from lane l where l.lane = any(array[r.lane]) and l.ordered = 1) then r.due else now + r.wait end
        from r
        where r.wait is not null and t.lane = any(array[r.lane]) and t.due = r.due and t.delivery = r.delivery and t.manual = r.manual
        returning r.*, t.due as next_due
    ), d as materialized (
      select *, null::bigint as next_due from gone union all select * from moved
    ), other as (
      -- A manual success ends the delivery, so its scheduled task goes.
      delete from task t using d join delivery y on y.id = any(array[d.delivery])
        where has_manual and d.manual = 1 and d.status = 'delivered'
          and t.lane = any(array[y.lane]) and t.due = y.next_at and t.delivery = y.id and t.manual = 1 - d.manual
    ), u as (
      update delivery y set
        status = case when d.kind = 'end' and d.kept and y.next_at is not null then 'waiting' else d.status end,
        finished_at = case when d.kind = 'end' and not (d.kept and y.next_at is not null) then now end,
        next_at = case when d.kept then y.next_at else d.next_due end,
        attempts = y.attempts + d.tried::int,
        retries = y.retries + (d.kind = 'retry')::int,
        retry_in_seen = greatest(y.retry_in_seen, d.retry_in_seen),
        first_attempt_at = coalesce(y.first_attempt_at, d.started_at),
        last_status = case when d.tried then d.code else y.last_status end,
        last_failure = case when d.failed then d.failure else y.last_failure end
      from d where y.id = any(array[d.delivery])
      returning d.op, y.id, y.run_id, y.finished_at, d.wake
    )
    select (select array_agg(d.op) from d), (select array_agg(distinct d.lane) filter (where not d.cut) from d),
        (select json_agg(json_build_object('i', u.op, 'delivery', u.id, 'run', u.run_id, 'wake', u.wake))
          from u where u.run_id is not null and u.finished_at is not null),
        (select json_agg(json_build_object('i', d.op, 'lane', d.lane, 'delivery', d.delivery, 'wait', d.wait)) from d where d.next_due = d.due)
      into done, lanes, ended, stays;
    if done is not null then
      foreach i in array done loop
        kinds[i] := 0;
      end loop;
    end if;

    if attempts is not null then
      insert into attempt (id, application_id, delivery_id, endpoint_id, message_id, event_type, n, manual, ok, started_at, duration_ms, url,
          status, failure, detail, next_at, phases, request_headers, response_headers, response_truncated, response_body,
          request_bytes, request_body)
        select x.id, x.application_id, x.delivery_id, x.endpoint_id, x.message_id, x.event_type, x.n, x.manual, x.ok, x.started_at, x.duration_ms,
          x.url, x.status, x.failure, x.detail,
          case when x.scheduled then (select y.next_at from delivery y where y.id = x.delivery_id) else now + x.wait end,
          x.phases, x.request_headers, x.response_headers, x.response_truncated, x.response_body,
          x.request_bytes, x.request_body
        from unnest(attempts) x
        where kinds[x.op] = 0;
    end if;

    if ended is not null then
      with e as (
        select q.id, q.status, q.parked_on = '*' as each, x.i, case q.parked_on when '*' then x.delivery || ' ' || coalesce(x.wake, '') || E'\\n' else x.wake end as wake
          from json_to_recordset(ended) x(i int, delivery text, run text, wake text)
          join run q on q.id = any(array[x.run]) and q.parked_on = any(array[x.delivery, '*']) order by x.run collate "C" for no key update of q
      ), told as (
        -- A run that waits for several hears of each, and while it is under way, too.
        select e.id, e.each, e.status = 'waiting' as sleeps, min(e.i) as i, string_agg(e.wake, '' order by e.i) as wake from e group by e.id, e.each, e.status
      ), u as (
        update run q set status = case when t.sleeps then 'queued' else q.status end, wake = case when t.each then coalesce(q.wake, '') || t.wake else t.wake end,
            holder = case when t.sleeps then runner else q.holder end, rev = q.rev + t.sleeps::int, parked_on = case when t.each then '*' end,
            due_at = case when t.sleeps then null else q.due_at end
          from told t where q.id = any(array[t.id])
        returning t.i, t.sleeps, q.id, q.application_id, q.rev
      )
      select json_agg(json_build_array(u.i, u.id, u.application_id, u.rev)) into woken from u where u.sleeps and runner = ses;
    end if;
  end if;

  if lanes is not null then
    select array_agg(l.lane) filter (where l.takeovers > 0), array_agg(l.lane) filter (where l.owner is null) into taken_over, unowned
      from lane l where l.lane = any(lanes) and (l.takeovers > 0 or l.owner is null);
  end if;
  if taken_over is not null then
    update lane l set takeovers = 0
      from (select q.lane from lane q where q.lane = any(taken_over) order by q.lane for no key update) x
      where l.lane = any(array[x.lane]);
  end if;

  if stops is not null then
    -- A pause leaves what is disabled alone; disabling also ends a pause.
    -- Application, endpoint, lane: the order of management's mutations.
    for off in select x.*, l.application_id app from unnest(stops) x join lane l on l.lane = any(array[x.lane]) and l.owner is not distinct from ses order by x.lane collate "C" loop
      update application a set version = a.version + 1, outbound_version = a.outbound_version + 1, changed_in = pg_current_xact_id(), updated_at = now
        where a.id = off.app and exists (select 1 from endpoint p where p.id = off.lane and p.deleted_at is null
          and (p.state = 'active' or p.state = 'paused' and off.state = 'disabled'));
      if found then
        update endpoint p set state = off.state, updated_at = now where p.id = off.lane;
        update lane l set state = case off.state when 'paused' then 1 else 2 end where l.lane = off.lane and l.state in (0, 1);
        insert into audit (id, at, application_id, actor, action, target, before, after, ip)
          values (off.id, off.at, off.application, off.actor, off.action, off.target, off.before, off.after, off.ip);
        changed := changed || off.app;
        kinds[n + off.op] := 0;
      end if;
    end loop;
  end if;

  if lane_updates is not null then
    update lane l set failures = x.failures, takeovers = 0,
        circuit_until = case when x.circuit > 0 then now + x.circuit else 0 end,
        -- What is to be tried again keeps its lane waiting, whatever another attempt of it showed.
        blocked_until = greatest(case when x.blocked > 0 then now + x.blocked else 0 end,
          case when l.blocked_for is not null and l.blocked_until > now then l.blocked_until else 0 end),
        blocked_for = case when l.blocked_until > now then l.blocked_for end
      from (select z.* from unnest(lane_updates) z
            join lane q on q.lane = any(array[z.lane]) and q.owner is not distinct from ses order by z.lane collate "C" for no key update of q) x
      where l.lane = any(array[x.lane]);
  end if;

  if stays is not null then
    update lane l set blocked_until = greatest(l.blocked_until, now + x.wait), blocked_for = x.delivery
      from (select distinct on (z.lane collate "C") q.lane, z.wait, z.delivery from json_to_recordset(stays) z(lane text, delivery text, wait bigint)
            join lane q on q.lane = any(array[z.lane]) order by z.lane collate "C", z.wait desc) x
      where l.lane = any(array[x.lane]);
    select array_agg(z.i) into stays_i from json_to_recordset(stays) z(i int);
  end if;

  if messages is not null then
    -- Of no session, so that nobody takes their lanes here.
    perform posthorn.insert_messages('', false, now, kinds, messages, deliveries, skips, told_lanes);
  end if;

  if unowned is not null then
    -- A lane that was given back while its attempt was under way: when it is due is computed anew, as in a release. Last, because
    -- whoever holds this lock must not wait for another.
    select array_agg(q.lane) into unowned
      from (select l.lane from lane l where l.lane = any(unowned) and l.owner is null order by l.lane for update of l skip locked) q;
    update lane l set
        next_due = greatest(coalesce((select t.due from task t where t.lane = l.lane order by t.due limit 1), 9007199254740991), l.circuit_until, l.blocked_until, l.throttled_until)
      where l.lane = any(unowned);
  end if;

  return json_build_object('settled', done, 'woken', woken, 'kept', stays_i, 'changed', changed);
end $$`
