/**
 * Answers runs in the place of their flows where nobody did before. A commit that is under way on such a run is waited for, and then its
 * reply stands. What came of each is read by a statement of its own, which sees that commit.
 */
export const answerRuns = `
create function posthorn.answer_runs(run_ids text[], answers text[]) returns void language plpgsql as $$
begin
  perform 1 from unnest(run_ids) x join run r on r.id = any(array[x]) order by x collate "C" for no key update of r;
  update run r set reply = x.reply from unnest(run_ids, answers) x(run, reply)
    where r.id = any(array[x.run]) and r.reply is null and r.finished_at is null;
end $$`
