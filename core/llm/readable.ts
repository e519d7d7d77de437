/** Characters that nobody sees: zero widths, joiners, marks of direction, soft hyphens, variation selectors, tags. */
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]|[\u{e0000}-\u{e0fff}]|\u{1d173}/gu;
/** Joiners that make one emoji of several, or shape letters of scripts that need them, are no trick. */
const JOINED =
  /(?<=[\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}\ufe0f])[\u200d\ufe0f]|(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Tamil}])[\u200c\u200d]|(?<=[#*0-9\u00a9\u00ae\u2000-\u3300])\ufe0f/gu;
/** ASCII that is written in tags, which no font shows. */
const TAGGED = /[\u{e0020}-\u{e007e}]+/gu;

/** Letters of other scripts that look like Latin ones. */
const LOOK_ALIKES = new Map(
  [
    ['абвԁеɡһіјкӏмпорԛѕтԝхуᴢ', 'abbdeghijklmnopqstwxyz'],
    ['АВСЕНІЈКМОРЅТХУԌԚԜ', 'ABCEHIJKMOPSTXYGQW'],
    ['αβεικνορτυχγωηѵ', 'abeiknoptuxywnv'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'],
    ['ɑɩʀʏᴀʙᴄᴅᴇꜰɢʜᴊᴋʟᴍɴᴏᴘꜱᴛᴜᴠᴡ', 'airyabcdefghjklmnopstuvw'],
  ].flatMap(([from = '', to = '']) => [...from].map((letter, i): [string, string] => [letter, [...to][i] ?? letter])),
);
/** Whole words; a longer one is no word. */
const WORDS = /\p{L}{2,64}/gu;
const LATIN = /\p{Script=Latin}/u;
const OTHER = /[\p{Script=Cyrillic}\p{Script=Greek}ɑɩʀʏᴀ-ᴢꜰꜱ]/u;

/** A text as a reader would take it, and what was done to it on the way. */
export interface Readable {
  readonly text: string;
  /** What stood in characters that are not shown. */
  readonly hidden: string;
  /** Characters that nobody sees, where they are no part of an emoji or a script. */
  readonly invisible: number;
  /** Words that mix letters of several scripts that look alike. */
  readonly lookAlikes: number;
}

/** Takes out of a text what only a machine reads, and writes letters that merely look alike as what they look like. */
export function readable(text: string): Readable {
  const hidden = [...text.matchAll(TAGGED)]
    .map(([tags]) => [...tags].map((tag) => String.fromCharCode(tag.codePointAt(0)! - 0xe0000)).join(''))
    .join(' ');
  const invisible = (text.replace(JOINED, '').match(INVISIBLE) ?? []).length;
  let lookAlikes = 0;
  const shown = text
    .replace(INVISIBLE, '')
    .normalize('NFKC')
    .replace(WORDS, (word) => {
      if (!OTHER.test(word) || !LATIN.test(word)) return word;
      lookAlikes++;
      return [...word].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('');
    });
  return { text: shown, hidden, invisible, lookAlikes };
}
