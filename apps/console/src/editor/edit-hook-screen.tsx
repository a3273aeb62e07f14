import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { hookQuery } from '../api/queries.ts';
import { Failed, Loading } from '../ui/shown.tsx';
import { HookEditor } from './hook-editor.tsx';

export function EditHookScreen(): ReactNode {
  const { hookId } = useParams({ from: '/signed/hooks/$hookId/edit' });
  const hook = useQuery({ ...hookQuery(hookId), refetchOnWindowFocus: false });
  if (hook.isPending) return <Loading />;
  return hook.data === undefined ? <Failed error={hook.error} /> : <HookEditor key={hook.data.id} hook={hook.data} />;
}
