/**
 * Ends deliveries that are not terminal, with their tasks. It never waits for a task that a settle has locked, because the two meet them
 * in different orders and deadlocked; a moment later the task is settled, or stands under its new key.
 * `tells`: the runs that wait for them are woken.
 */
export const cancelDeliveries = `
create function posthorn.cancel_deliveries(ids text[], tells boolean, wake text) returns text[] language plpgsql as $$
#variable_conflict use_variable
declare
  now bigint := posthorn.now_ms();
  gone text[];
  ended text[] := '{}';
  touched text[];
  idle text[];
begin
  for attempt in 1..20 loop
    with open as materialized (
      select y.id, y.lane, y.next_at, 0 as scheduled from unnest(ids) i join delivery y on y.id = any(array[i]) where y.status not in ('delivered', 'failed', 'cancelled')
    ), scheduled as materialized (
      select t.lane, t.due, t.delivery, t.manual from open join task t on t.lane = any(array[open.lane]) and t.due = open.next_at and t.delivery = open.id and t.manual = open.scheduled
      for update of t skip locked
    ), manually as materialized (
      select t.lane, t.due, t.delivery, t.manual, open.next_at from open join task t on t.delivery = any(array[open.id]) and t.manual = 1
      for update of t skip locked
    ), g as (
      delete from task t using scheduled x where t.lane = any(array[x.lane]) and t.due = x.due and t.delivery = x.delivery and t.manual = x.manual
        returning t.delivery
    ), m as (
      delete from task t using manually x where t.lane = any(array[x.lane]) and t.due = x.due and t.delivery = x.delivery and t.manual = x.manual
        returning t.delivery, x.next_at
    )
    -- A manual task alone ends a delivery that has no other.
    select array_agg(distinct q.delivery) into gone
      from (select g.delivery from g union all select m.delivery from m where m.next_at is null) q;
    with u as (
      update delivery y set status = 'cancelled', finished_at = now, next_at = null
        from (select z.id from unnest(gone) i join delivery z on z.id = any(array[i]) where z.status not in ('delivered', 'failed', 'cancelled') order by i collate "C" for no key update of z) x
        where y.id = any(array[x.id]) returning y.id
    )
    select array_agg(u.id) into gone from u;
    ended := ended || coalesce(gone, '{}');
    exit when not exists (select 1 from unnest(ids) i join delivery y on y.id = any(array[i]) where y.status not in ('delivered', 'failed', 'cancelled'));
    perform pg_sleep(0.005);
  end loop;

  -- For whoever adopts it next: 'nobody' is the holder that is never alive.
  if tells then
    with e as (
      select q.id, q.status, q.parked_on = '*' as each, y.id as delivery from unnest(ended) i join delivery y on y.id = any(array[i])
        join run q on q.id = any(array[y.run_id]) and q.parked_on = any(array[y.id, '*']) order by q.id || '' for no key update of q
    ), told as (
      select e.id, e.each, e.status = 'waiting' as sleeps, string_agg(e.delivery || ' ' || coalesce(wake, '') || E'\\n', '' order by e.delivery) as lines
        from e group by e.id, e.each, e.status
    )
    update run r set status = case when t.sleeps then 'queued' else r.status end, wake = case when t.each then coalesce(r.wake, '') || t.lines else wake end,
        holder = case when t.sleeps then 'nobody' else r.holder end, rev = r.rev + t.sleeps::int, parked_on = case when t.each then '*' end,
        due_at = case when t.sleeps then null else r.due_at end
      from told t where r.id = any(array[t.id]);
  end if;

  -- An ordered lane that waited for its next try goes on. It is declared due now, which costs a claim at most.
  update lane l set blocked_until = 0, blocked_for = null,
      next_due = case when l.owner is null then least(l.next_due, greatest(now, l.circuit_until, l.throttled_until)) else l.next_due end
    from (select q.lane from unnest(ended) i join delivery y on y.id = any(array[i]) join lane q on q.lane = any(array[y.lane]) and q.blocked_for = y.id
          order by q.lane || '' for no key update of q) x
    where l.lane = any(array[x.lane]);

  -- An unowned lane is due no longer for what went, or its next delivery would wait for a claim. As with \`release\`: it never waits for a lane.
  select array_agg(distinct y.lane) into touched from unnest(ended) i join delivery y on y.id = any(array[i]);
  select array_agg(q.lane) into idle
    from (select l.lane from lane l where l.lane = any(touched) and l.owner is null order by l.lane for update of l skip locked) q;
  update lane l set
      next_due = greatest(coalesce((select t.due from task t where t.lane = l.lane order by t.due limit 1), 9007199254740991), l.circuit_until, l.blocked_until, l.throttled_until)
    where l.lane = any(idle);
  return ended;
end $$`

export const cancelRuns = `
create function posthorn.cancel_runs(ids text[]) returns text[] language plpgsql as $$
declare
  ended text[];
begin
  with u as (
    update run r set status = 'cancelled', finished_at = posthorn.now_ms(), holder = null, parked_on = null, due_at = null, wake = null, state = null, rev = r.rev + 1
      from (select q.id from unnest(ids) i join run q on q.id = any(array[i]) and q.finished_at is null order by i collate "C" for no key update of q) x
      where r.id = any(array[x.id]) returning r.id
  )
  select array_agg(u.id) into ended from u;
  if ended is null then
    return '{}';
  end if;
  perform posthorn.cancel_deliveries(
    (select array_agg(y.id) from unnest(ended) i join delivery y on y.run_id = any(array[i]) where y.status not in ('delivered', 'failed', 'cancelled')), false, null);
  return ended;
end $$`

/** Unowned lanes with tasks that are due are due themselves; owners find the tasks by themselves. A statement of its own, as in inserts. */
export const wakeLanes = `
create function posthorn.wake_lanes(lanes text[], now bigint) returns void language sql as $$
  update lane l set next_due = greatest(now, l.circuit_until, l.blocked_until, l.throttled_until)
    from (select q.lane from lane q where q.lane = any(lanes) and q.owner is null and q.next_due > greatest(now, q.circuit_until, q.blocked_until, q.throttled_until)
          and exists (select 1 from task t where t.lane = q.lane and t.due <= now)
          order by q.lane for no key update of q) x
    where l.lane = any(array[x.lane])
$$`

/** One manual attempt each, at the tail of the lane. Wakes unowned lanes as inserts do; owners find the task by themselves. */
export const resend = `
create function posthorn.resend(ids text[]) returns text[] language plpgsql as $$
declare
  now bigint := posthorn.now_ms();
  lanes text[];
  sent text[];
begin
  select array_agg(distinct y.lane) into lanes from unnest(ids) i join delivery y on y.id = any(array[i]);
  perform 1 from lane l where l.lane = any(lanes) order by l.lane for key share;
  with d as materialized (
    select distinct y.id, y.lane from unnest(ids) i join delivery y on y.id = any(array[i]) join lane l on l.lane = any(array[y.lane]) where l.state in (0, 1)
  ), queued as (
    insert into task (lane, due, delivery, manual) select d.lane, now, d.id, 1 from d on conflict do nothing
  ), reopened as (
    update delivery y set status = 'waiting', finished_at = null
      from d where y.id = any(array[d.id]) and y.status in ('delivered', 'failed', 'cancelled')
  )
  select array_agg(d.id) into sent from d;
  perform posthorn.wake_lanes(lanes, now);
  return coalesce(sent, '{}');
end $$`
