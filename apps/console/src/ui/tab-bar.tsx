import { type ReactNode, useEffect, useRef } from 'react';
import { Tab, TabList } from 'react-aria-components';

interface TabBarProps {
  readonly label: string;
  readonly selected: string;
  readonly tabs: readonly (readonly [id: string, label: string])[];
}

/** The tabs of a page. Where they do not fit, the selected one is brought into sight. */
export function TabBar({ label, selected, tabs }: TabBarProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is what is selected that has to be seen
  useEffect(() => {
    // The tabs themselves come with the next drawing.
    const drawn = requestAnimationFrame(() => {
      const tab = list.current?.querySelector('[data-selected]');
      if (list.current !== null && tab instanceof HTMLElement) list.current.scrollLeft = tab.offsetLeft - (list.current.clientWidth - tab.offsetWidth) / 2;
    });
    return () => cancelAnimationFrame(drawn);
  }, [selected]);
  return <TabList ref={list} aria-label={label}>{tabs.map(([id, text]) => <Tab key={id} id={id}>{text}</Tab>)}</TabList>;
}
