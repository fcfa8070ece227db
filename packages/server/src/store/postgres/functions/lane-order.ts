/**
 * Lets a lane keep the order of its tasks, or go without. Nothing here waits for a task or a delivery, because a settle meets them in
 * another order; what one has locked is under way, and stands where it is. An unowned lane is declared due now instead of computing when it
 * is, which costs a claim at most.
 *
 * On: what waits for another try goes back to where it was accepted, so that it comes before what was accepted after it. Of an owned lane,
 * what is due may be under way under its present key, and is next anyhow.
 * Off: the one that the lane waits for goes on waiting by itself.
 */
export const laneOrder = `
create function posthorn.lane_order(which text, on_off boolean) returns void language plpgsql as $$
declare
  now bigint := posthorn.now_ms();
  held boolean;
  blocked bigint;
  waits_for text;
begin
  select l.owner is not null, l.blocked_until, l.blocked_for into held, blocked, waits_for from lane l where l.lane = which for no key update;
  if not found then
    return;
  end if;
  with places as materialized (
    select t.lane, t.due, t.delivery, t.manual, case when on_off then least(y.created_at, t.due) else blocked end as place
    from task t join delivery y on y.id = any(array[t.delivery])
    where t.lane = which and t.manual = 0 and y.next_at = t.due
      and case when on_off then t.due > now or not held and y.attempts > 0 else t.delivery = waits_for and blocked > now end
    for update of t, y skip locked
  ), moved as (
    update task t set due = p.place from places p where t.lane = any(array[p.lane]) and t.due = p.due and t.delivery = p.delivery and t.manual = p.manual
  )
  update delivery y set next_at = p.place from places p where y.id = any(array[p.delivery]);
  update lane l set ordered = on_off::int,
      blocked_until = case when not on_off and l.blocked_for is not null then 0 else l.blocked_until end,
      blocked_for = case when on_off then l.blocked_for end
    where l.lane = which;
  update lane l set next_due = least(l.next_due, greatest(now, l.circuit_until, l.blocked_until, l.throttled_until))
    where l.lane = which and l.owner is null and exists (select 1 from task t where t.lane = which);
end $$`
