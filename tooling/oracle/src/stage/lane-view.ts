/** What `GET /v1/hooks/{id}/lane` answers, as far as the oracle looks at it. */
export interface LaneView {
  readonly state: 'stopped' | 'running' | 'holding';
  readonly reason?: string;
  readonly backlog_events: number;
  readonly counters: { readonly matched: number; readonly delivered: number; readonly dead: number; readonly waiting: number; readonly in_flight: number; readonly cancelled: number; readonly expired: number; readonly attempts: number };
}

/** Nothing of this hook is on its way or will be. */
export const isQuiet = ({ backlog_events: backlog, counters }: LaneView): boolean => backlog === 0 && counters.waiting === 0 && counters.in_flight === 0;

/** What the lane says, held against what the oracle knows. */
export function laneProblems(name: string, { counters }: LaneView, oracle: { readonly owed: { readonly least: number; readonly most: number }; readonly taken: number; readonly dead: number }): string[] {
  const { matched, delivered, dead, waiting, in_flight: inFlight, cancelled, expired } = counters;
  const problems: string[] = [];
  const said = JSON.stringify(counters);
  if (matched !== delivered + dead + waiting + inFlight + cancelled + expired) problems.push(`${name}: its numbers do not add up: ${said}`);
  if (matched < oracle.owed.least || matched > oracle.owed.most) problems.push(`${name}: matched is not what the oracle counts, ${oracle.owed.least} to ${oracle.owed.most}: ${said}`);
  if (delivered !== oracle.taken) problems.push(`${name}: delivered is not what its destination took, ${oracle.taken}: ${said}`);
  if (dead !== oracle.dead) problems.push(`${name}: dead is not what its dead letters hold, ${oracle.dead}: ${said}`);
  return problems;
}
