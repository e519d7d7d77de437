import { styleText } from 'node:util';

export const bold = (text: string): string => styleText('bold', text);
export const dim = (text: string): string => styleText('dim', text);
export const warning = (text: string): string => styleText('yellow', text);
/** What there is more of, and what there is less of. */
export const more = (text: string): string => styleText('magenta', text);
export const less = (text: string): string => styleText('cyan', text);

const MARKS = { true: styleText('green', '✓'), false: styleText('red', '✗'), null: warning('?') };

/** Whether something holds; null where that cannot be told. */
export const mark = (holds: boolean | null): string => MARKS[`${holds}`];
export const NEAR = warning('≈');

export const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
