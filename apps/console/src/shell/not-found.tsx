import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../text/use-text.ts';

export function NotFound(): ReactNode {
  const t = useText();
  return <main className="alone"><h1>{t.app.notFound}</h1><p><Link to="/hooks">{t.nav.hooks}</Link></p></main>;
}
