/** What pixels, beacons and click links take in at most. URL and body have their limits in `LIMITS`, beside those of the other doors. */
export const PIXEL_LIMITS = {
  parametersMax: 100,
  /** Characters (contract.md 7.1). */
  goalCharsMax: 128,
  goalsMax: 50,
  nonceCharsMax: 128,
  /** `pixel_data` as JSON, bytes (contract.md 7.2). */
  pixelDataBytesMax: 1_024,
  /** A user agent is cut to this, bytes. */
  userAgentBytesMax: 1_024,
  /** Addresses of pages are cut to this, bytes. */
  pageUrlBytesMax: 4_096,
  /** Each of the five campaign marks, bytes. */
  utmBytesMax: 512,
  /** The target of a click link, characters: the whole link has to fit into a URL of `LIMITS.pixelUrlBytesMax`. */
  linkTargetCharsMax: 4_096,
} as const;
