import type { ReactNode } from 'react';
import { Cell, Column, Row, Table, TableBody, TableHeader, type Selection } from 'react-aria-components';
import { Checkbox as AriaCheckbox } from 'react-aria-components';
import { Check } from 'lucide-react';

export interface DataColumn<T> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** Numbers stand right. */
  readonly right?: boolean;
  /** Left out on a phone. */
  readonly wideOnly?: boolean;
  readonly hideTitle?: boolean;
}

interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly DataColumn<T>[];
  readonly rows: readonly T[];
  readonly idOf: (row: T) => string;
  readonly onOpen?: (row: T) => void;
  readonly selected?: Selection;
  readonly onSelect?: (selected: Selection) => void;
}

export function DataTable<T>({ label, columns, rows, idOf, onOpen, selected, onSelect }: DataTableProps<T>): ReactNode {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  const open = (key: string | number): void => {
    const row = byId.get(String(key));
    if (row !== undefined) onOpen?.(row);
  };
  return (
    <div className="table-frame">
      <Table aria-label={label} className="table" selectionMode={onSelect ? 'multiple' : 'none'} {...(selected === undefined ? {} : { selectedKeys: selected })} {...(onSelect ? { onSelectionChange: onSelect } : {})} {...(onOpen ? { onRowAction: open } : {})}>
        <TableHeader>
          {onSelect ? <Column className="narrow"><SelectBox /></Column> : null}
          {columns.map((column, index) => (
            <Column key={column.id} id={column.id} isRowHeader={index === 0} className={classOf(column)}>{column.hideTitle ? <span className="hidden">{column.title}</span> : column.title}</Column>
          ))}
        </TableHeader>
        <TableBody>
          {rows.map((row) => (
            <Row key={idOf(row)} id={idOf(row)} className={onOpen ? 'opens' : ''}>
              {onSelect ? <Cell className="narrow"><SelectBox /></Cell> : null}
              {columns.map((column) => <Cell key={column.id} className={classOf(column)}>{column.cell(row)}</Cell>)}
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

const classOf = <T,>(column: DataColumn<T>): string => `${column.right ? 'right' : ''} ${column.wideOnly ? 'wide-only' : ''}`;

function SelectBox(): ReactNode {
  return <AriaCheckbox slot="selection" className="checkbox"><span className="box" aria-hidden><Check size={12} strokeWidth={3.5} /></span></AriaCheckbox>;
}
