export function buildChanged(root: string, node: string): Promise<boolean>;
