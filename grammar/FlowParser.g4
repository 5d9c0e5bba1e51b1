// The sentences of a .flow file. Newlines and commas separate inside braces and neither is required, so an item
// ends where the next one begins. Constructs that flowc knows and does not serve yet are taken as wholes
// (`unsupported…`), so that each is one diagnostic.
parser grammar FlowParser;
options { tokenVocab = FlowLexer; }

file: declaration* EOF;

declaration
  : ( module
    | importFile
    | PUBLIC? (record | enumeration | message | channel | handlers | service | deploy | unsupported)
    ) DECLARATION_END
  ;

module: MODULE path;
importFile: IMPORT text;

// Contracts.
record: RECORD name LBRACE fields RBRACE;
enumeration: ENUM name LBRACE enumValues RBRACE;
enumValues: (enumValue | COMMA)*;
enumValue: name;
message: (EVENT | COMMAND | QUERY) name version? attribute* (ARROW path)? LBRACE fields RBRACE;
version: ID;
fields: (field | COMMA)*;
field: KEY? name COLON type fieldPart*;
fieldPart: EQUALS value | attribute | WAS text;
attribute: AT_SIGN name (LPAREN text RPAREN)?;
type
  : path QUESTION*
  | LBRACKET type RBRACKET QUESTION*
  | LBRACE path COLON type RBRACE QUESTION*
  ;
value
  : MINUS? (INTEGER | DECIMAL)
  | MINUS? (MEASURE | PERCENTAGE)
  | TRUE
  | FALSE
  | text
  | name
  | LBRACKET (value | COMMA)* RBRACKET
  | LBRACE (mapEntry | COMMA)* RBRACE
  ;
mapEntry: (name | text) COLON value;

// Channels.
channel: CHANNEL name LBRACE channelSettings RBRACE;
channelSettings: (channelSetting | COMMA)*;
channelSetting
  : CONCURRENCY count
  | ORDERED BY KEY
  | RETRY retry
  | TIMEOUT measure
  | DEAD_LETTER KEEP measure
  | CAPACITY count
  | RATE count PER measure
  | ISOLATED
  ;
retry: retryNow (COMMA? THEN retryLater)? | retryLater;
retryNow: NOW count;
retryLater: (count TIMES)? (EXPONENTIAL measure RANGE measure | EVERY measure) (JITTER percentage)?;

// Handlers.
handlers: HANDLERS name LBRACE handlerItems RBRACE;
handlerItems: (handler | retired | COMMA)*;
handler: name LPAREN path? RPAREN (ARROW path)? clause*;
clause
  : VIA path
  | AT text oldId?
  | THEN name
  | SENDS path (COMMA path)*
  | PUBLISHES path (COMMA path)*
  | INLINE
  | unsupportedClause
  ;
oldId: WAS text;
retired: RETIRED text;
unsupportedClause
  : ON_FAILURE name
  | USES path (COMMA path)*
  | STARTS path (COMMA path)*
  | SCHEDULES path (COMMA path)*
  | EVERY (text | MEASURE) (IN text)?
  | BATCH UP_TO count (WITHIN measure)?
  | IDEMPOTENT BY name
  ;

// Services and deployments.
service: SERVICE name LBRACE serviceItems RBRACE;
serviceItems: (serviceItem | COMMA)*;
serviceItem: path;
deploy: DEPLOY name LBRACE deployItems RBRACE;
deployItems: (store | unsupportedPlacement | COMMA)*;
store: STORE (name COLON)? storeKind (LPAREN storeOptions RPAREN)?;
storeKind: name;
storeOptions: (storeOption | COMMA)*;
storeOption: (name COLON)? setting;
setting: text | ENV LPAREN text (COMMA text)? RPAREN | name | INTEGER | MEASURE;
unsupportedPlacement
  : BROKER name COLON name parenthesised?
  | SERVICE name block
  | PUBLISHER name ID name parenthesised?
  ;

// Known to the language, not served yet: each is read as a whole.
unsupported: unsupportedHead unsupportedPart* block?;
unsupportedHead
  : (STEPS | ORCHESTRATOR | SAGA | PUBLISHER) name
  | (FORWARD | TRANSLATE | UPCAST) path
  | SCENARIO text
  ;
unsupportedPart: name | DOT | ARROW | COMMA | text | parenthesised;
block: LBRACE anything* RBRACE;
parenthesised: LPAREN anything* RPAREN;
anything
  : block
  | parenthesised
  | LBRACKET anything* RBRACKET
  | ~(LBRACE | RBRACE | LPAREN | RPAREN | LBRACKET | RBRACKET | DECLARATION_END)
  ;

count: INTEGER;
measure: MEASURE;
percentage: PERCENTAGE;
text: STRING;
path: name (DOT name)*;

// Every word may be a name; a test tries each.
name
  : ID
  | MODULE | IMPORT | PUBLIC | RECORD | ENUM | EVENT | COMMAND | QUERY | CHANNEL | HANDLERS | SERVICE | DEPLOY
  | STEPS | ORCHESTRATOR | SAGA | PUBLISHER | FORWARD | TRANSLATE | SCENARIO | UPCAST | RETIRED
  | KEY | WAS | TRUE | FALSE
  | CONCURRENCY | ORDERED | BY | RETRY | NOW | THEN | TIMES | EXPONENTIAL | EVERY | JITTER | TIMEOUT
  | DEAD_LETTER | KEEP | CAPACITY | RATE | PER | ISOLATED
  | VIA | AT | SENDS | PUBLISHES | INLINE | ON_FAILURE | USES | STARTS | SCHEDULES | BATCH | UP_TO | WITHIN
  | IDEMPOTENT | IN | UNDO | OR | STOP
  | STORE | BROKER | ENV
  ;
