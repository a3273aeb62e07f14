import type { ApiTypes } from '@hookline/edge';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { idPath } from '../api/client.ts';

type Export = ApiTypes['export'];

/** The export as it was read, and as its stream tells it while it runs. */
export function useLiveExport(read: Export): Export {
  const queryClient = useQueryClient();
  const [told, setTold] = useState<Export | null>(null);
  const runs = read.status === 'in_progress';
  useEffect(() => {
    if (!runs) return;
    const source = new EventSource(`/v1/exports/${idPath(read.id)}/stream`);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const next = JSON.parse(data) as Export;
      setTold(next);
      if (next.status === 'in_progress') return;
      source.close();
      void queryClient.invalidateQueries({ queryKey: ['exports'] });
    };
    // It ends with the last state; what is read by the list is enough from then on.
    source.onerror = () => source.close();
    return () => source.close();
  }, [runs, read.id, queryClient]);
  return told !== null && runs ? told : read;
}
