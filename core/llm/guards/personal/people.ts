import { type Span, spansOf } from './span';

const MONTH = String.raw`\p{L}{3,12}\.?`;
const DATE = String.raw`\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}(?:st|nd|rd|th|\.|er)? (?:de )?${MONTH} (?:de )?\d{4}|${MONTH} \d{1,2}(?:st|nd|rd|th)?,? \d{4}`;
/** A date behind a word about being born. */
const BORN = new RegExp(
  String.raw`(?<!\p{L})(?:born|dob|d\.o\.b|date of birth|birth ?date|birthday|geboren|geb|geburtsdatum|geburtstag|geboortedatum|geboren op|née?|date de naissance|nacid[oa]|fecha de nacimiento|nat[oa]|data di nascita|data urodzenia|född|födelsedatum|nascid[oa]|data de nascimento)(?!\p{L})[^\d\n]{0,25}?(?<!\p{L})(${DATE})(?!\d)`,
  'giu',
);

export const birthDates = (text: string): Span[] => spansOf('birth-date', text, BORN);

const CAP = String.raw`\p{Lu}[\p{L}'’.-]{0,24}`;
/** The postcode and the town behind a street. */
const TOWN = String.raw`(?:,? ?\n? ?(?:[A-Z]{1,2}-)?\d{4,5}(?: [A-Z]{2}(?!\p{L}))? \p{Lu}[\p{L}-]{2,25})?`;
const POINT = String.raw`(?: (?:NW|NE|SW|SE|[NSEW])(?!\p{L}))?`;
const ADDRESSES: readonly RegExp[] = [
  String.raw`\d{1,5}[A-Za-z]? (?:${CAP} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Place|Pl|Way|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Row|Gardens)(?!\p{L})\.?${POINT}`,
  String.raw`${CAP}(?: ${CAP}){0,2}, [A-Z]{2} \d{5}(?:-\d{4})?(?!\d)`,
  String.raw`[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?![\p{L}\d])`,
  String.raw`(?:P\.? ?O\.? ?Box|Postfach|Postbus|Boîte postale|Apartado) \d{1,6}(?: \d{2}){0,2}(?!\d)`,
  String.raw`(?:\p{Lu}[\p{L}-]{1,30}(?:stra(?:ß|ss)e|str\.?|weg|platz|allee|gasse|damm|ufer|straat|gracht|laan|plein|kade|gatan|vägen|gade|vej|gata|katu)|\p{Lu}[\p{L}-]{2,24} (?:Stra(?:ß|ss)e|Str\.|Weg|Platz|Allee|Gasse|Ring)) \d{1,4} ?[a-z]?(?![\p{L}\d])${TOWN}`,
  String.raw`\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse|quai|cours|route|square)(?: (?:de|du|des|la|le|les|sur)){0,3} (?:[dl]['’])?${CAP}(?: ${CAP}){0,2}${TOWN}`,
  String.raw`(?:Calle|C\/|Avenida|Avda\.?|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua|Praça|Travessa)(?: (?:de|del|la|las|los|di|della|dei|da|do|dos|das)){0,3}(?: ${CAP}){1,3},? (?:n[.º°] ?)?\d{1,4}(?![\p{L}\d])${TOWN}`,
].map((pattern) => new RegExp(String.raw`(?<![\p{L}\d])${pattern}`, 'gu'));

/** Where somebody lives, by the words that streets have in seven languages. */
export const postalAddresses = (text: string): Span[] =>
  ADDRESSES.flatMap((pattern) => spansOf('address', text, pattern));

const PARTICLE = String.raw`(?:(?:von|van|zu|de|der|den|di|da|del|la|le|al|bin) ){0,2}`;
const TITLE = String.raw`(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|M|Mme|Mlle|Monsieur|Madame|Sr|Sra|[Ss]eñora?|Sig|Signora?)\.? )`;
const FIRST = String.raw`\p{Lu}[\p{L}'’-]{1,24}(?:\.(?= \p{Lu}))?`;
const MORE = String.raw`(?: ${PARTICLE}\p{Lu}(?:\.|[\p{L}'’-]{1,24}))`;
const NAME = String.raw`${PARTICLE}${FIRST}${MORE}{0,3}`;
const FULL_NAME = String.raw`${FIRST}${MORE}{1,3}`;
const GREETING =
  'Dear|Hi|Hello|Hey|Hallo|Liebe|Lieber|Guten Tag|Cher|Chère|Bonjour|Hola|Estimad[oa]|Querid[oa]|Ciao|Car[oa]|Gentile|Good (?:morning|afternoon|evening)|Sehr geehrter?';
const PARTING =
  '(?:[Kk]ind |[Bb]est |[Ww]arm )?[Rr]egards|Best(?: wishes)?|Sincerely(?: yours)?|Yours(?: sincerely| faithfully| truly)?|Cheers|Thanks(?: again| a lot)?|Thank you|Many thanks|Mit (?:freundlichen|besten) Grüßen|(?:Viele|Liebe|Beste|Herzliche) Grüße|LG|VG|MfG|Cordialement|Bien à vous|Un saludo|Saludos|Cordiali saluti|Saluti';
const CALLED =
  "[Mm]y name is|[Mm]ein Name ist|[Ii]ch heiße|[Jj]e m['’]appelle|[Mm]e llamo|[Mm]i chiamo|[Mm]ijn naam is";
const NAMES: readonly RegExp[] = [
  String.raw`(?<!\p{L})${TITLE}{1,2}(${NAME})`,
  String.raw`(?<!\p{L})(?:${GREETING}),? ${TITLE}{0,2}(${NAME})(?=\s*(?:[,!:;.\n]|$))`,
  String.raw`(?:^|\n)[> ]{0,4}(?:${PARTING})[,.!]?\s{0,3}\n\s{0,4}(${NAME})(?=\s*(?:[,\n]|$))`,
  String.raw`(?<!\p{L})(?:${CALLED}) (${NAME})`,
  String.raw`(?<!\p{L})(?:I am|[Tt]his is) (${FULL_NAME})`,
  String.raw`(?<!\p{L})(${FULL_NAME}) (?:wrote|writes|schrieb|a écrit|escribió|ha scritto)(?!\p{L})`,
  String.raw`(?<![\p{L}"])"?(${NAME}|${FIRST}, ${FIRST})"? ?<(?=[^\s<>@]{1,64}@)`,
].map((pattern) => new RegExp(pattern, 'gu'));
/** What stands where a name may, and is none. */
const NOBODY =
  /^(?:All|Team|Sirs?|Madam|Customers?|Colleagues?|Everyone|Everybody|There|Friends?|Folks|Members?|List|Guys|Damen|Herren|Herr|Frau|Kunden?|Kundin|Zusammen|The|Our|Your|This|That|We|You|It|And|Support|Service|Customer|God|Lord|Monsieur|Madame|Mr|Mrs|Ms|Dr)(?![\p{L}'’])/u;

/**
 * Names of people, where something says that they are: a title, a greeting, a sign-off. Others are not found without a
 * model; what is known of a request, such as a sender, is masked by `names` wherever it stands.
 */
export const names = (text: string): Span[] =>
  NAMES.flatMap((pattern) => spansOf('name', text, pattern, (found) => !NOBODY.test(found)));
