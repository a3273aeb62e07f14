/** In the words of Jepsen's total-queue: what was asked of the product, and what it made of it. */
export interface Counts {
  /** Events for which a client saw success: from then on each is owed to every hook that it matches. */
  acked: number;
  /** Definitely refused. */
  refused: number;
  /** Sent, and never answered. */
  unknown: number;
  /** Pairs of event and hook. */
  owed: number;
  /** Owed, and taken by the destination. */
  delivered: number;
  /** Owed, and in the dead letters. */
  dead: number;
  /** Owed to a hook that was deleted before its destination took it. */
  cancelled: number;
  /** Owed, and in none of these. */
  lost: number;
  /** Copies taken beyond the first. */
  duplicates: number;
  /** Never answered, and taken all the same. */
  recovered: number;
  /** Taken, though never sent or refused at the door. */
  unexpected: number;
  /** Another message than the contract's. */
  corrupt: number;
  /** At a hook that the event does not match. */
  misrouted: number;
  /** Two copies of a message, or of a delivery id, that differ. */
  dupNonidentical: number;
  /** Taken twice, under two delivery ids. */
  twoIds: number;
  /** One delivery id twice with the same attempt number. */
  attemptTwice: number;
  /** Both taken and in the dead letters. */
  falseFailure: number;
  /** Not even JSON with a number of ours. */
  unreadable: number;
}

export const noCounts = (): Counts => ({
  acked: 0, refused: 0, unknown: 0, owed: 0, delivered: 0, dead: 0, cancelled: 0, lost: 0, duplicates: 0, recovered: 0, unexpected: 0, corrupt: 0, misrouted: 0, dupNonidentical: 0, twoIds: 0,
  attemptTwice: 0, falseFailure: 0, unreadable: 0,
});

/** What is zero whatever happens to the product and its destinations. */
export const ALWAYS_ZERO = ['lost', 'unexpected', 'corrupt', 'misrouted', 'dupNonidentical', 'twoIds', 'falseFailure', 'unreadable'] as const satisfies readonly (keyof Counts)[];
