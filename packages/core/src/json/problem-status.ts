import type { Parsed, Problem } from '../problem/problem.ts';

/** What the door answers. Codes that are not in this table are 422: read, but not valid. */
const STATUS: Readonly<Record<string, number>> = {
  json_invalid: 400, utf8_invalid: 400, json_too_deep: 400, schema_object_expected: 400, batch_empty: 400,
  too_many_keys: 400, too_many_nodes: 400, key_too_long: 400, duplicate_key: 400, number_out_of_range: 400, number_too_long: 400,
  string_ill_formed: 400, control_character: 400,
  account_forbidden: 403,
  batch_too_many: 413, body_too_large: 413, event_too_large: 413, profile_too_large: 413,
};

/** Which status wins when problems differ: unreadable, forbidden, invalid, and size last, for a megabyte as event type is first of all an unknown type. */
const PRECEDENCE: readonly number[] = [400, 403, 422, 413];

export function statusOfProblem(code: string): number {
  return Object.hasOwn(STATUS, code) ? (STATUS[code] as number) : 422;
}

/** The problem that decides the status of the whole: the first one of the strongest status. `problems` is not empty. */
export function leadingProblem(problems: readonly Problem[]): Problem {
  const rank = (problem: Problem) => PRECEDENCE.indexOf(statusOfProblem(problem.code));
  return problems.reduce((leading, problem) => (rank(problem) < rank(leading) ? problem : leading));
}

/** `problems` is not empty. */
export function refusal(problems: readonly Problem[]): Extract<Parsed<never>, { ok: false }> {
  return { ok: false, status: statusOfProblem(leadingProblem(problems).code), problems };
}
