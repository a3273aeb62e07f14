// Small things that show what was read. All of it is text, never markup: names, answers and events are written by others.
import type { ReactNode } from 'react';
import { useFormatLocale, useLanguage, useText } from '../text/use-text.ts';
import { ApiError } from '../api/client.ts';
import type { Texts } from '../text/en.ts';
import { Button } from './controls.tsx';

export function Time({ at }: { readonly at: string }): ReactNode {
  const locale = useFormatLocale();
  const date = new Date(at);
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const };
  return <time dateTime={at} title={at}>{date.toLocaleString(locale, { day: 'numeric', month: 'short', ...year, hour: '2-digit', minute: '2-digit', second: '2-digit' })}</time>;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]];

export function Ago({ at }: { readonly at: string }): ReactNode {
  return <time dateTime={at} title={at}>{useAgo()(at)}</time>;
}

export function useAgo(): (at: string) => string {
  const language = useLanguage();
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return (at) => {
    const seconds = Math.round((Date.parse(at) - Date.now()) / 1000);
    const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ['second', 1];
    return format.format(Math.trunc(seconds / size), unit);
  };
}

export function Count({ value }: { readonly value: number }): ReactNode {
  return <span className="count">{value.toLocaleString(useLanguage())}</span>;
}

export type BadgeTone = 'good' | 'warn' | 'bad' | 'off' | 'info';

export function Badge({ tone, children }: { readonly tone: BadgeTone; readonly children: ReactNode }): ReactNode {
  return <span className={`badge ${tone}`}>{children}</span>;
}

export function Json({ value, label }: { readonly value: unknown; readonly label: string }): ReactNode {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  // It scrolls, so it must be reachable by keyboard.
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  return <section className="json" tabIndex={0} aria-label={label}><pre>{text}</pre></section>;
}

export function Notice({ tone, children }: { readonly tone: 'good' | 'bad' | 'warn' | 'info'; readonly children: ReactNode }): ReactNode {
  return <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>{children}</div>;
}

/** What went wrong, in the reader's words where we have them. */
export function describeError(t: Texts, error: unknown): string {
  if (!(error instanceof ApiError)) return t.app.failed;
  return t.problems[error.code] ?? error.message;
}

export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  const t = useText();
  const isRight = error instanceof ApiError && error.status === 403;
  return (
    <Notice tone={isRight ? 'info' : 'bad'}>
      {isRight ? t.settings.forMaster : describeError(t, error)} {onRetry && !isRight ? <Button onPress={onRetry}>{t.app.retry}</Button> : null}
    </Notice>
  );
}

export function Loading(): ReactNode {
  return <p className="loading" role="status">{useText().app.loading}</p>;
}

export function Empty({ title, children }: { readonly title?: string; readonly children: ReactNode }): ReactNode {
  return <div className="empty">{title === undefined ? null : <h2>{title}</h2>}{children}</div>;
}
