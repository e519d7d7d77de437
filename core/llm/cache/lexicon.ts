/** Words that mean the same to a desk that decides, a set a line; the first stands for all. English only. */
const SYNONYMS = `
change update modify edit alter amend|delete remove erase|cancel terminate|repay prepay|reject decline deny refuse
approve accept authorise authorize|buy purchase|photo picture image|phone telephone|email mail e-mail|parcel package
colleague coworker|windscreen windshield|need require necessary needed|begin start commence|help assist
receive get obtain|child kid|flat apartment|car vehicle|cost price|invoice bill|finish complete|show display list
fast quick quickly|large big|small little|fix repair|solve resolve|problem issue|answer reply respond response
allow permit|book reserve|speak talk|human person|minimum least|maximum most|dispute contest|file submit
summarise summarize summary|abroad internationally
end expire expiry|possible able|apply application|insurance insure|complaint complain|payment pay|ask request
doctor physician|house home|job position|wife spouse|company firm|broken defective|upset angry annoyed
advertising ads advertisement|year annual|recover restore|merge combine|injure hurt|licence license
colour color|organisation organization|cancellation cancel|delivery deliver|extension extend
deduct deductible|forget forgot|steal stolen theft|withdrawal withdraw|transfer wire
enable activate|disable deactivate|login signin|logout signout|permission allowance|redeem use|shut close
weekly week|monthly month|daily day|yearly annually|recent latest|parking park|renewal renew|verification verify
confirmation confirm|protect protected|explanation explain|employment employ|view see|clogged blocked|type enter
draft write|switch change`;

/** Several words that are one, and what stands for them. */
const PHRASES = `
log in=login|sign in=login|log on=login|sign on=login|log into=login|sign into=login|log out=logout|sign out=logout|log off=logout
turn on=enable|switch on=enable|turn off=disable|switch off=disable|pay off=repay|pay back=repay|fill in=finish|fill out=finish
set up=setup|two factor=2fa|two-factor=2fa|wi fi=wifi|wi-fi=wifi|user name=username|out of office=outofoffice|out-of-office=outofoffice
no one=nobody|no longer=nolonger|any more=anymore|sign up=signup|e mail=email|full time=full-time|part time=part-time
have to=must|has to=must|do i need to=do i must|i need to=i want to|i need=i want|show me=tell me|let me know=tell me|had to=must|at least=atleast|at most=atmost|more than=over|older than=over|less than=under
going to=will|good morning=hello|good afternoon=hello|good evening=hello|is it possible=can|is there a way=can i|am i allowed=may i|is it allowed=may i|would like=want|money back=refund|credit card=creditcard
debit card=debitcard|phone number=phonenumber|due date=due|what time=when|at what time=when|until when=when|for how long=howlong|how long=howlong
how much=howmuch|how many=howmany|how often=howoften|how old=howold|how high=howmuch|what for=why|how come=why|far from=not
fail to=not|fails to=not|failed to=not|refused to=not|stopped working=not working|best way=way|ahead of schedule=early|no cost=free`;

/** Words that say nothing of what is asked: articles, auxiliaries, politeness. Each other word must have its like. */
const EMPTY = `a an the this that these those it its there here i me my mine you your yours we us our he him his she her they
them their one ones be am is are was were been being do does did doing done have has had having will would shall can could may
might must should and but so as at by for from in into of on onto to with about than then too also just please kindly thank thanks hello
hi hey dear want wish like know tell give make way step steps how what which who whom whose
when where why whether howlong howmuch howmany howoften howold question regarding concerning currently already yet really actually
possible such any own per go going thing sir madam team advance still anymore`;

/** By whom or how often it holds, and how sure it is. A text without one is another text. */
const QUANTIFIERS = `all every each entire whole both everyone everybody everything some several few fewer many most none only
atleast atmost exactly almost nearly partly part fully completely slightly always usually often sometimes seldom rarely
either half double single daily weekly monthly yearly annually first last next`;

const NEGATIONS = `not no never none nobody nothing nowhere neither nor without cannot hardly barely scarcely unable lack lacks nolonger
avoid except`;

/** Opposites; told apart as any two words are, and named as what they are. */
const OPPOSITES = `enable disable|approve reject|increase decrease|raise lower|open close|before after|more less|block unblock|login logout
install uninstall|upload download|maximum minimum|add delete|buy sell|old new|oldest newest|lock unlock|win lose|fixed variable|inside outside
borrow lend|high low|safe dangerous|bigger smaller|larger smaller|early late|allow reject|begin stop|begin end|hide show|cheap expensive
cheapest expensive|gain lose|grant revoke|deposit withdrawal|above below|over under|up down|connect disconnect|grow shrink|positive negative
send receive|profit loss|online offline|seller buyer|include exclude|include omit|busy free|hire fire|hot cold|past future|domestic international
advantage disadvantage|encrypt decrypt|activate deactivate|mute unmute|happy unhappy|in out|on off|keep delete|best worst|long short|full empty`;

/** Words by which English shows: most English texts of some length have a good share of them. */
const FUNCTION_WORDS = new Set(
  `the this that these those i my you your we us our she it they them their is are were be been does did have has had would can
could must should not and or but if by for from into of to with about what which who when where why how there please all any some more than
out up much many get need`.split(/\s+/),
);

const IRREGULAR = `lost lose|bought buy|sold sell|sent send|paid pay|got get|gotten get|went go|gone go|took take|taken take|made make
found find|left leave|told tell|said say|knew know|known know|saw see|seen see|gave give|given give|came come|began begin|begun begin
broke broken|stole steal|stolen steal|forgot forget|forgotten forget|wrote write|written write|spent spend|met meet|held hold|kept keep|children child
people person|hit hit|bit bite|bitten bite|drove drive|driven drive|fell fall|fallen fall|won win|lent lend|grew grow|grown grow|hid hide|hidden hide
shown show|chose choose|chosen choose|withdrawn withdraw|withdrew withdraw|moved move|mice mouse|wives wife|bigger bigger|news news|address address
business business|access access|status status|details detail|business business|species species|always always|series series
previous previous|bus bus|gas gas|plus plus|less less|loss loss|does does|this this|his his|boss boss|class class|css css|miss miss|pass pass|press press
during during|morning morning|evening evening|nothing nothing|something something|anything anything|everything everything|thing thing|string string
king king|ring ring|building building|need need|speed speed|feed feed|bed bed|red red|shed shed|hundred hundred|exceed exceed|proceed proceed`;

const pairs = (text: string, between: RegExp): [string, string][] =>
  text
    .trim()
    .split(/[|\n]/)
    .map((line) => line.trim().split(between) as [string, string]);

const set = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const EMPTY_WORDS = set(EMPTY);
export const QUANTIFIER_WORDS = set(QUANTIFIERS);
export const NEGATION_WORDS = set(NEGATIONS);
export const isFunctionWord = (word: string): boolean => FUNCTION_WORDS.has(word);

const irregular = new Map(pairs(IRREGULAR, /\s+/));
const baseOf = (word: string): string => stem(irregular.get(word) ?? word);
const meanings = new Map(
  SYNONYMS.trim()
    .split(/[|\n]/)
    .flatMap((line) => {
      const [first = '', ...others] = line.trim().split(/\s+/).map(baseOf);
      return others.map((other) => [other, first] as const);
    }),
);
const phrases = new Map(pairs(PHRASES, /=/));
const opposites = new Set(
  pairs(OPPOSITES, /\s+/)
    .map(([a, b]) => [meaningOf(a), meaningOf(b)])
    .flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]),
);

export const areOpposite = (a: string, b: string): boolean => opposites.has(`${a} ${b}`);

/** Puts one word in the place of phrases of two and three words. */
export function joinPhrases(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < words.length;) {
    const length = [3, 2, 1].find((n) => i + n <= words.length && phrases.has(words.slice(i, i + n).join(' ')));
    if (length === undefined) joined.push(words[i++]!);
    else {
      joined.push(...phrases.get(words.slice(i, i + length).join(' '))!.split(' '));
      i += length;
    }
  }
  return joined;
}

/** What stands for a word in all its forms and for those that mean the same. */
export function meaningOf(word: string): string {
  const base = baseOf(word);
  return meanings.get(base) ?? base;
}

/** Takes off the endings of plural and verb. Two forms of a word must meet, whatever they meet in. */
function stem(word: string): string {
  if (word.length < 4) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return stem(word.slice(0, -1));
  const cut = word.endsWith('ied') ? `${word.slice(0, -3)}y` : word.replace(/(?:ed|ing)$/, '');
  if (cut === word || cut.length < 3 || !/[aeiouy]/.test(cut)) return word.replace(/e$/, '');
  return cut.replace(/([bdfgmnprt])\1$/, '$1').replace(/e$/, '');
}
