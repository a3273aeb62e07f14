import { type Agent, cutText, headerText, PIXEL_LIMITS } from '@hookline/core';
import Bowser from 'bowser';
import { LRUCache } from 'lru-cache';

// Reading a user agent costs more than everything else about a hit, and most visitors share a few hundred of them.

const AGENTS_KEPT = 4_096;
const BYTES_MAX = PIXEL_LIMITS.userAgentBytesMax;
/** A header's characters are bytes: the last one of more than a byte, which the cut may have gone through. */
const CUT_CHARACTER = /[\u00c0-\u00ff][\u0080-\u00bf]{0,2}$/;
/** What the platform calls a browser on anything (contract.md 3.2: the sample is `web`). */
const DEVICE_OF_BROWSER = 'web';
const DEVICES: Readonly<Record<string, string>> = { desktop: DEVICE_OF_BROWSER, mobile: 'mobile', tablet: 'tablet', tv: 'tv', bot: 'bot' };

export type ReadAgent = (header: string | null) => Agent | null;

/** From a `User-Agent` header; null = empty or not sent. What cannot be told is left out. */
export function createAgentReader(): ReadAgent {
  const known = new LRUCache<string, Agent>({ max: AGENTS_KEPT });
  return (header) => {
    if (header === null || header === '') return null;
    const bytes = header.length <= BYTES_MAX ? header : header.slice(0, BYTES_MAX).replace(CUT_CHARACTER, '');
    const cached = known.get(bytes);
    if (cached !== undefined) return cached;
    const agent = readAgent(cutText(headerText(bytes), BYTES_MAX));
    known.set(bytes, agent);
    return agent;
  };
}

function readAgent(userAgent: string): Agent {
  const { browser, os, platform } = Bowser.parse(userAgent);
  const osName = [os.name, os.versionName ?? os.version].filter(Boolean).join(' ');
  const device = platform.type === undefined ? undefined : DEVICES[platform.type];
  return {
    user_agent: userAgent,
    ...(osName === '' ? null : { os: osName }),
    ...(browser.name === undefined || browser.name === '' ? null : { browser: browser.name }),
    ...(device === undefined ? null : { device }),
  };
}
