/** One transparent pixel: 43 bytes. */
export const PIXEL_GIF: Uint8Array<ArrayBuffer> = Uint8Array.from(atob('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='), (character) => character.charCodeAt(0));
