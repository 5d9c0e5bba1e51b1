// The sentences of a .flow file. Newlines and commas separate inside braces and neither is required, so an item
// ends where the next one begins.
parser grammar FlowParser;
options { tokenVocab = FlowLexer; }

file: declaration* EOF;

declaration
  : ( module
    | importFile
    | allow
    | PUBLIC? (record | enumeration | message | upcast | channel | handlers | steps | orchestrator | saga
        | publisher | forward | translate | service | deploy | scenario)
    ) DECLARATION_END
  ;

module: MODULE path;
importFile: IMPORT text;
allow: ALLOW name (FOR path)? (BECAUSE text)?;

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
attribute: AT_SIGN name (LPAREN (text | measure | count) RPAREN)?;
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
upcast: UPCAST path version ARROW version mapping;

// How the fields of a message are filled from others.
mapping: LBRACE assignments RBRACE;
assignments: (assignment | COMMA)*;
assignment: name (EQUALS expression)?;
expression: operand ((DOUBLE_EQUALS | NOT_EQUALS) operand)?;
operand: DECLASSIFY LPAREN path RPAREN | dotted | value;
dotted: name (DOT name)+;

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

// Handlers and steps.
handlers: HANDLERS name LBRACE handlerItems RBRACE;
steps: STEPS name LBRACE handlerItems RBRACE;
handlerItems: (handler | retired | COMMA)*;
handler: name LPAREN path? RPAREN (ARROW path)? clause*;
clause
  : VIA path
  | AT text oldIds?
  | THEN name
  | SENDS path (COMMA path)*
  | PUBLISHES path (COMMA path)*
  | INLINE
  | ON_FAILURE name
  | USES path (COMMA path)*
  | STARTS path (COMMA path)*
  | SCHEDULES path (COMMA path)*
  | EVERY (text | measure) (IN text)?
  | BATCH UP_TO count (WITHIN measure)?
  | IDEMPOTENT BY name
  | DECLASSIFY LPAREN name (COMMA name)* RPAREN
  | UNDO name
  | OR STOP
  ;
oldIds: WAS text (COMMA text)*;
retired: RETIRED text;

// Orchestrators and sagas.
orchestrator: ORCHESTRATOR name LPAREN path RPAREN headClause* LBRACE orchestratorItems RBRACE;
headClause: VIA path | AT text oldIds?;
orchestratorItems: (orchestratorItem | COMMA)*;
orchestratorItem
  : WITHIN measure ELSE emission+
  | CHOOSE AMONG path (COMMA path)*
  | path ((WHEN | UNLESS) expression)?
  ;
emission: (SENDS | PUBLISHES) emitted (COMMA emitted)*;
emitted: path mapping?;

saga: SAGA name headClause* LBRACE sagaItems RBRACE;
sagaItems: (sagaItem | COMMA)*;
sagaItem
  : KEY name COLON type
  | DATA LBRACE fields RBRACE
  | START transition
  | STATE name LBRACE transitions RBRACE
  | WITHIN measure ELSE name emission*
  | FINAL name (COMMA name)*
  | OTHERWISE (IGNORE | FAIL)
  ;
transitions: (transition | COMMA)*;
transition: (ON path correlation? | AFTER measure) ARROW name (BAR name)* emission*;
correlation: BY path;

// Partners and translations.
publisher: PUBLISHER name LBRACE publisherSettings RBRACE;
publisherSettings: (publisherSetting | COMMA)*;
publisherSetting
  : TOPIC text
  | RETRY retry
  | BREAKER OPENS AFTER count (COMMA? PROBES EVERY measure)?
  | BUFFER UP_TO count
  | ERRORS path
  ;
forward: FORWARD path TO path (COMMA path)* forwardClause*;
forwardClause: headClause | IN path | DECLASSIFY LPAREN name (COMMA name)* RPAREN;
translate: TRANSLATE path ARROW path translateClause* mapping;
translateClause: headClause | IN path;

// Services and deployments.
service: SERVICE name LBRACE serviceItems RBRACE;
serviceItems: (serviceItem | COMMA)*;
serviceItem: path;
deploy: DEPLOY name LBRACE deployItems RBRACE;
deployItems: (store | broker | servicePlacement | publisherPlacement | COMMA)*;
store: STORE (name COLON)? place;
broker: BROKER name COLON place;
place: placeKind (LPAREN placeOptions RPAREN)?;
placeKind: name;
placeOptions: (placeOption | COMMA)*;
placeOption: (name COLON)? setting;
setting: text | ENV LPAREN text (COMMA text)? RPAREN | name | INTEGER | MEASURE;
servicePlacement: SERVICE name LBRACE placements RBRACE;
placements: (placement | COMMA)*;
placement: LISTENS name | CHANNELS ON name | CHANNEL name ON name (PARTITIONS count)?;
publisherPlacement: PUBLISHER name ON place;

// Scenarios.
scenario: SCENARIO text LBRACE scenarioItems RBRACE;
scenarioItems: (scenarioItem | COMMA)*;
scenarioItem
  : GIVEN path exampleFields?
  | ADVANCE measure
  | EXPECT NO? path exampleFields?
  ;
exampleFields: LBRACE (mapEntry | COMMA)* RBRACE;

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
  | ALLOW | FOR | BECAUSE
  | KEY | WAS | TRUE | FALSE
  | CONCURRENCY | ORDERED | BY | RETRY | NOW | THEN | TIMES | EXPONENTIAL | EVERY | JITTER | TIMEOUT
  | DEAD_LETTER | KEEP | CAPACITY | RATE | PER | ISOLATED
  | VIA | AT | SENDS | PUBLISHES | INLINE | ON_FAILURE | USES | STARTS | SCHEDULES | BATCH | UP_TO | WITHIN
  | IDEMPOTENT | IN | DECLASSIFY
  | UNDO | OR | STOP | WHEN | UNLESS | CHOOSE | AMONG | ELSE
  | DATA | START | ON | STATE | AFTER | FINAL | OTHERWISE | IGNORE | FAIL
  | TOPIC | BREAKER | OPENS | PROBES | BUFFER | ERRORS | TO
  | STORE | BROKER | ENV | LISTENS | CHANNELS | PARTITIONS
  | GIVEN | ADVANCE | EXPECT | NO
  ;
