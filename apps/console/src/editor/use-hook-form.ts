import type { Problem } from '@hookline/core';
import { createContext, useContext } from 'react';
import { type Path, type PathValue, useFormContext, useWatch } from 'react-hook-form';
import { useText } from '../text/use-text.ts';
import type { HookForm } from './hook-form.ts';

/** What is wrong, by the schema before saving and by the API after. */
export const ProblemsContext = createContext<readonly Problem[]>([]);

/** One value of the form, and how to change it. */
export function useValue<K extends Path<HookForm>>(name: K): [PathValue<HookForm, K>, (value: PathValue<HookForm, K>) => void] {
  const { setValue } = useFormContext<HookForm>();
  const value = useWatch<HookForm, K>({ name });
  return [value, (next) => setValue(name, next, { shouldDirty: true })];
}

/** The words for the problem at this pointer, or below it. */
export function useProblem(pointer: string): string | undefined {
  const t = useText();
  const problem = useContext(ProblemsContext).find(({ path }) => path === pointer || path.startsWith(`${pointer}/`));
  return problem === undefined ? undefined : (t.problems[problem.code] ?? problem.message);
}
