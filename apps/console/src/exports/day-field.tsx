import type { DateValue } from '@internationalized/date';
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Calendar, CalendarCell, CalendarGrid, DateInput, DatePicker, DateSegment, FieldError, Group, Heading, Label, Popover } from 'react-aria-components';

/** One day, typed or picked. */
export function DayField({ label, value, onChange, min, max }: { readonly label: string; readonly value: DateValue | null; readonly onChange: (value: DateValue | null) => void; readonly min: DateValue; readonly max: DateValue }): ReactNode {
  return (
    <DatePicker className="field" value={value} onChange={onChange} minValue={min} maxValue={max} shouldForceLeadingZeros>
      <Label>{label}</Label>
      <Group className="day"><DateInput className="segments">{(segment) => <DateSegment className="segment" segment={segment} />}</DateInput><Button className="button quiet icon"><CalendarDays aria-hidden size={17} /></Button></Group>
      <FieldError />
      <Popover className="popover">
        <Calendar className="calendar">
          <header><Button slot="previous" className="button quiet icon"><ChevronLeft aria-hidden size={17} /></Button><Heading /><Button slot="next" className="button quiet icon"><ChevronRight aria-hidden size={17} /></Button></header>
          <CalendarGrid>{(date) => <CalendarCell className="day-cell" date={date} />}</CalendarGrid>
        </Calendar>
      </Popover>
    </DatePicker>
  );
}
