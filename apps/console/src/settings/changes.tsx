import type { ApiTypes } from '@hookline/edge';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { changesQuery, hooksQuery, usersQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { PagedRows } from '../ui/paged-table.tsx';
import { Json, Time } from '../ui/shown.tsx';

/** Of an id without a name: enough to tell it from others. */
const ID_CHARS = 14;

/** Who changed what: of one object, or of the account. */
export function Changes({ kind, id }: { readonly kind: string | null; readonly id: string | null }): ReactNode {
  const t = useText();
  const query = useInfiniteQuery(changesQuery(kind, id));
  // Names where there still are any; an id says nothing to most people, but it can be looked for.
  const names = new Map([...(useQuery(hooksQuery).data?.data ?? []).map((hook) => [hook.id, hook.name] as const), ...(useQuery(usersQuery).data?.data ?? []).map((user) => [user.id, user.login] as const)]);
  const nameOf = (of: string): ReactNode => (names.has(of) ? <span title={of}>{names.get(of)}</span> : <span className="mono" title={of}>{of.length > ID_CHARS ? `${of.slice(0, ID_CHARS)}…` : of}</span>);
  const [shown, setShown] = useState<ApiTypes['auditEntry'] | null>(null);
  return (
    <>
      <PagedRows query={query} empty={t.settings.noAudit}>
        {(rows) => (
          <DataTable
            label={t.settings.auditTable} rows={rows} idOf={(row) => row.id} onOpen={setShown}
            columns={[
              { id: 'when', title: t.settings.when, cell: (row) => <Time at={row.at} /> },
              { id: 'what', title: t.settings.what, cell: (row) => <code>{row.action}</code> },
              { id: 'object', title: t.settings.object, wideOnly: true, cell: (row) => nameOf(row.object_id) },
              { id: 'who', title: t.settings.who, cell: (row) => { const actor = row.actor.user_id ?? row.actor.token_id; return actor === null ? t.settings.hookline : nameOf(actor); } },
            ]}
          />
        )}
      </PagedRows>
      {shown === null ? null : (
        <Dialog title={`${t.settings.details}: ${shown.action}`} isOpen onClose={() => setShown(null)} wide>
          <h3>{t.settings.before}</h3><Json label={t.settings.before} value={shown.before} /><h3>{t.settings.after}</h3><Json label={t.settings.after} value={shown.after} />
        </Dialog>
      )}
    </>
  );
}
