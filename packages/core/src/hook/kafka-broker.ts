import { parseHost } from '../address/host.ts';

export interface KafkaBroker {
  readonly host: string;
  readonly port: number;
  /** `host:port` in the one spelling that is stored and compared; IPv6 in brackets. */
  readonly text: string;
}

/** `host:port`; null = cannot be read. Whether it may be dialled is the address policy's to say. */
export function parseKafkaBroker(text: string): KafkaBroker | null {
  const [, hostText, portText] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(text) ?? [];
  const host = hostText === undefined ? null : parseHost(hostText);
  if (host === null) return null;
  const isIpv6 = host.kind === 'ip' && host.ip.family === 6;
  const port = Number(portText);
  return { host: host.text, port, text: `${isIpv6 ? `[${host.text}]` : host.text}:${port}` };
}
