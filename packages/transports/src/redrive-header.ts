/** Only what an operator has sent again says so, and for the how manieth time. */
export const redriveHeader = ({ redrive }: { readonly redrive: number }): Readonly<Record<string, string>> => (redrive === 0 ? {} : { 'hookline-redrive': String(redrive) });
