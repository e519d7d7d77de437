/**
 * Words by what they are used for in talk to a language model, in the languages that attacks are mostly written in. A star
 * ends a stem. One word may stand for several.
 */
const LEXICON = {
  ignore:
    'ignor* disregard* forget* overrid* overrul* bypass* discard* neglect* supersed* nullif* void dismiss* erase* reset suspend* replaces replace override abandon* scrap drop stop unlearn* omit* skip* waive* cancel* deactivat* disabl* ' +
    'ignorier* vergiss vergesst missacht* überschreib* außer übergeh* verwirf oubli* ignore* néglig* faites fais olvid* omit* descart* anula* dimentic* trascur* scart* esque* desconsider* negeer* vergeet zignoruj* zapomnij* pomiń* unut* yoksay* görmezden игнорир* проигнорир* забуд* отмен* تجاهل* انس* تجاوز*',
  prior:
    'previous* prior above earlier preceding before former past existing original* initial* foregoing everything far beforehand upstream old current ' +
    'vorherig* bisherig* obig* oben vorig* zuvor alles précédent* antérieur* dessus tout* avant anterior* previ* arriba todas todo precedent* sopra tutte tutti acima voorgaand* eerder* bovenstaand* poprzedni* wcześniejsz* powyżs* wszystk* önceki* yukarıdaki предыдущ* выше ранее прежн* все всё السابقة أعلاه جميع',
  instruction:
    'instruction* instructed rule rules guideline* directive* orders command* prompt* polic* constraint* restriction* limitation* programming trained guardrail* filter* safeguard* protocol* ethic* moral* norms briefing told told setup configuration ' +
    'anweisung* instruktion* regel* vorgab* richtlinie* befehl* auftrag* consigne* règle* directive* instruccion* regla* orden* istruzion* regol* direttiv* instruç* instruções regra* ordens instructie* opdracht* polecen* instrukcj* zasad* talimat* kural* komut* инструкц* указан* правил* команд* تعليمات التعليمات قواعد أوامر',
  authority:
    'system developer* admin* operator* root openai anthropic google microsoft sysadmin vendor owner maintainer* superuser sudo compliance headquarters supervisor authorised authorized authorization clearance privileged debug maintenance ' +
    'entwickler* systemadministrator système développeur administrateur sistema desarrollador* administrador* sviluppator* amministrator* desenvolvedor* beheerder ontwikkelaar deweloper* administrator* geliştirici* yönetici* sistem систем* разработчик* администратор* النظام المطور',
  machine:
    'ai a.i llm* bot bots chatbot* gpt* chatgpt assistant* model models claude gemini llama copilot agent agents classifier* parser* summariser summarizer summarisation summarization summarising summarizing summarise summarize automated machine algorithm* robot* neural copilots screener triage scanner processor transformer siri alexa ' +
    'ki assistent* modell sprachmodell* ia assistant modèle asistente modelo assistente modello asystent* yapay zeka asistan* модел* ассистент* бот нейросет* ии الذكاء المساعد نموذج',
  you: "you your you're youre yourself u ya thou du dein* deine sie ihr* ihnen vous votre vos tu ton tes toi usted tu tus su voi tuo tua tue você seu sua jij je jouw u uw ty twoje twój twoj* sen senin siz ты вы твои твой ваш* тебе أنت",
  become:
    'pretend* act acting roleplay* role-play role imagine* become* persona character* simulat* impersonat* embody play playing transform* mode now henceforth onwards hypothetical* fiction* scenario game opposite alter ego ' +
    'spiel* rolle tu verhalte stell ab sofort nunmehr rôle joue agis imagin* désormais actúa finge imagina ahora papel fingi immagina ruolo comporta adesso finja imagine aja agora doe speel alsof voortaan udawaj wyobraź odgrywaj teraz davran rol artık hayal притвор* представ* роль действуй теперь отныне تصرف تخيل الآن',
  free:
    'unrestrict* uncensor* unfilter* jailbreak* jailbroken dan unlimited unbound* unleash* limitless freely freedom liberat* unchained amoral immoral unethical illegal evil anything nothing whatever refus* refuse declin* apolog* cannot censor* disclaimer* warning* filterless boundless ' +
    'uneingeschränkt* unzensiert* alles grenzenlos sans limite* restriction* illimité libre* sin límites libremente senza limiti libero sem limites livre onbeperkt bez ograniczeń sınırsız özgür без ограничений свободн* неогранич*',
  reveal:
    'reveal* show print* repeat* output* display* disclos* leak* recite* expos* dump* list echo* quote* copy paste tell verbatim state spell transcrib* return regurgitat* ' +
    'zeig* nenn* wiederhol* gib ausgeb* verrat* affich* révèl* répèt* montre* dis muestra* revela* repite* imprim* mostra* rivel* ripet* stampa mostre revele repita toon onthul herhaal pokaż ujawnij powtórz wypisz göster yazdır tekrarla покаж* раскро* повтор* выведи напечатай اعرض اكشف كرر',
  secret:
    'secret* hidden confidential* internal private initial* system password* credential* api key keys token* passphrase beginning verbatim opening preamble ' +
    'geheim* verborgen* systemprompt passwort caché* confidentiel* secreto* oculto* segret* nascost* secreto* oculta* verborgen geheim* ukryt* tajn* gizli секрет* скрыт* سري',
  answer:
    'response* reply replies answer* respond* responding output* message summary completion result* verdict conversation chat sentence* words word ' +
    'antwort* ausgabe réponse* répond* respuesta* respond* rispost* rispond* resposta* responda antwoord* odpowied* odpowiadaj yanıt* cevap* ответ* отвеч* الرد أجب',
  style:
    'poem poetry haiku limerick rhyme* rap song emoji* uppercase capital* lowercase pirate leet leetspeak vowel* consonant* letter letters spaces latin backwards reverse* anagram* base64 rot13 morse binary encode* cipher translate* translation synonyms homophon* misspel* swap symbols alphanumeric scramble* jumble* shakespeare* yoda accent joke joking story ' +
    'gedicht emojis großbuchstaben pirat* poème majuscules poema mayúsculas pirata poesia maiuscole maiúsculas gedicht hoofdletters wiersz şiir стих* эмодзи заглавн*',
  decide:
    'label* classif* mark marked flag* approve* approved approval accept* score* rate rating rank confidence verdict decision assign* ham spam safe legit* verified whitelist* trusted benign priority highest pass passed eligible recommend hire shortlist positive refund granted route category ' +
    'genehmig* bewert* einstuf* markier* approuv* class* marque* évalu* aprueb* aprob* clasific* marca* approv* classific* aprov* marque goedkeur* markeer zatwierdź oznacz onayla işaretle одобр* пометь* классифиц* оцен* وافق صنف',
  send:
    'send* forward* email* transmit* post upload* fetch visit* open click* browse download* append* embed* insert include* attach* bcc cc webhook curl render image link url http* https example.com redirect* ' +
    'send* schick* weiterleit* envoi* envoy* transmet* envía* enviar reenv* invia* inoltra envie encaminhe stuur doorsturen wyślij prześlij gönder отправ* перешли أرسل',
  insist:
    'must always never only instead exactly strictly immediately comply comply* obey* obedien* follow* execut* perform* ensure without regardless under circumstances no matter important urgent* critical mandatory required attention precedence highest begin start end finally first before ' +
    'muss* müssen immer nie nur stattdessen sofort befolg* folge gehorch* doit devez toujours jamais uniquement plutôt immédiatement obéi* suis debes siempre nunca solo inmediatamente obedec* sigue devi sempre mai soltanto invece obbed* segui deve apenas siga moet altijd nooit alleen gehoorzaam musisz zawsze nigdy tylko zamiast natychmiast yalnızca sadece hemen daima asla должен всегда никогда только вместо немедленно выполн* يجب فقط دائما',
  renewed:
    'new updated revised following actual real true latest next override upgraded amended neu* neue folgend* nouveau* nouvelle* suivant* nuev* siguiente* nuov* seguent* nov* nieuw* nowe nowy yeni нов* следующ* جديد* التالية',
  reader:
    'reading reads reader processing process processes parsing analyzing analysing evaluating reviewing summarising summarizing summary note notice ps p.s whoever whichever if when once upon liest lesen verarbeit* lit lisez traite lee leyendo procesa legge leggi lê ler leest czyta okuyan читает обрабат*',
  task:
    'write compose explain describe create generate provide draft calculate compute solve recommend suggest mention add discuss outline teach help what how who why where which capital difference example essay speech recipe advertise promote persuade convince recursion factorial theory process history tips ' +
    'schreib* erklär* beschreib* nenne écri* expli* décri* escrib* explica* scriv* spiega* descriv* escrev* expliqu* schrijf leg uit napisz wyjaśnij yaz açıkla напиш* объясн* опиши اكتب اشرح',
  turn: 'user human assistant ai system developer tool function sys inst im_start im_end endoftext sys endofprompt begin_of_text start_header_id eot_id admin_message role content',
  mention:
    "attack* attacker* injection* inject* example* e.g such phrase* phrases string strings pattern* detect* detection detector* guard* defend* defence defense protect* training awareness phishing article paper research* study studies blog talk workshop slide* course chapter novel character's scene test* tests regression bug issue ticket logs log changelog release docs documentation vulnerab* mitigat* prevent* scanner* policy incident quiz lesson module malicious suspicious report* flagged discussed says said claims wrote called named quoted " +
    'beispiel* angriff* erkenn* schulung exemple* attaque* détect* formation ejemplo* ataque* detect* esempio attacco rileva* exemplo detect* voorbeeld aanval przykład atak* örnek saldırı* пример* атак* обнаруж*',
} as const;

/** The same for scripts without spaces: parts of words. */
const UNSPACED: Readonly<Partial<Record<keyof typeof LEXICON, string>>> = {
  ignore: '忽略 无视 無視 忘记 忘掉 忘れ 無効 取消 抛开 不要理会 破棄 リセット',
  prior: '之前 以前 上面 前面 先前 所有 以上 これまで すべて 全て 上記 前の 今までの',
  instruction: '指令 指示 规则 規則 规定 提示 命令 ルール プロンプト 制限 限制 约束 設定',
  authority: '系统 系統 开发者 開発者 管理员 管理者 システム 维护',
  machine: '模型 助手 机器人 人工智能 アシスタント モデル チャットボット 分类器 分類器',
  you: '你 您 あなた 君は',
  become: '扮演 假装 现在 从现在 ふり 演じ 今から なりきっ 角色 役割 想象',
  free: '不受限制 没有限制 无限制 自由 制限なし 何でも 無制限',
  reveal: '显示 输出 打印 重复 告诉 透露 表示 出力 繰り返 教えて 明かし 列出',
  secret: '秘密 隐藏 机密 内部 密码 隠し 機密 パスワード 系统提示',
  answer: '回复 回答 回應 输出 返答 応答 答え 回覧',
  style: '诗 表情 大写 海盗 翻译 絵文字 詩 大文字 海賊 翻訳',
  decide: '批准 标记 分类 评分 通过 垃圾邮件 承認 分類 評価 マーク 合格',
  send: '发送 转发 上传 链接 送信 転送 リンク 添付',
  insist: '必须 只 立即 总是 不要 必ず だけ すぐに 直ちに 絶対',
  renewed: '新的 以下 新しい 次の',
  reader: '阅读 处理 读取 読んで 処理 要約',
  task: '写 解释 描述 首都 書いて 説明 教えて',
  mention: '攻击 例如 检测 例えば 攻撃 検出 防御 研修 培训',
};

export type Concept = keyof typeof LEXICON;
export const CONCEPTS = Object.keys(LEXICON) as Concept[];

const exact = new Map<string, Concept[]>();
const stems = new Map<string, Concept[]>();
const parts = new Map<string, Concept[]>();
const put = (map: Map<string, Concept[]>, key: string, concept: Concept): void => {
  const known = map.get(key) ?? [];
  if (!known.includes(concept)) map.set(key, [...known, concept]);
};
for (const concept of CONCEPTS) {
  for (const word of LEXICON[concept].split(' '))
    if (word.endsWith('*')) put(stems, word.slice(0, -1), concept);
    else put(exact, word, concept);
  for (const part of (UNSPACED[concept] ?? '').split(' ')) if (part !== '') put(parts, part, concept);
}
const LONGEST_STEM = Math.max(...[...stems.keys()].map(({ length }) => length));
const UNSPACED_SCRIPT = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const NONE: readonly Concept[] = [];

/** What a word, in lower case, is used for. */
export function conceptsOf(token: string): readonly Concept[] {
  if (UNSPACED_SCRIPT.test(token))
    return [...parts].flatMap(([part, concepts]) => (token.includes(part) ? concepts : []));
  const found = exact.get(token);
  let longest: readonly Concept[] = NONE;
  for (let length = Math.min(token.length, LONGEST_STEM); length >= 3; length--) {
    const concepts = stems.get(token.slice(0, length));
    if (!concepts) continue;
    longest = concepts;
    break;
  }
  return found ? [...new Set([...found, ...longest])] : longest;
}
