// The words of a .flow file. Input is bytes: flowc checks the encoding itself, and every byte is some token, so
// that the lexer cannot fail. Words are contextual: the parser's `name` rule takes each of them as a name.
lexer grammar FlowLexer;

// Not in any text: flowc puts one behind each declaration before it parses, found by indentation and braces, so
// that a mistake in one declaration is none of the next (compiler/syntax/outline.h); and one behind a line that breaks
// off before a name (compiler/syntax/line_ends.h).
tokens { DECLARATION_END, LINE_END }

// Declarations.
MODULE: 'module';
IMPORT: 'import';
PUBLIC: 'public';
RECORD: 'record';
ENUM: 'enum';
EVENT: 'event';
COMMAND: 'command';
QUERY: 'query';
CHANNEL: 'channel';
HANDLERS: 'handlers';
SERVICE: 'service';
DEPLOY: 'deploy';
STEPS: 'steps';
ORCHESTRATOR: 'orchestrator';
SAGA: 'saga';
PUBLISHER: 'publisher';
FORWARD: 'forward';
TRANSLATE: 'translate';
SCENARIO: 'scenario';
UPCAST: 'upcast';
RETIRED: 'retired';
ALLOW: 'allow';
FOR: 'for';
BECAUSE: 'because';

// Fields.
KEY: 'key';
WAS: 'was';
TRUE: 'true';
FALSE: 'false';

// Channels.
CONCURRENCY: 'concurrency';
ORDERED: 'ordered';
BY: 'by';
RETRY: 'retry';
NOW: 'now';
THEN: 'then';
TIMES: 'times';
EXPONENTIAL: 'exponential';
EVERY: 'every';
JITTER: 'jitter';
TIMEOUT: 'timeout';
DEAD_LETTER: 'dead_letter';
KEEP: 'keep';
CAPACITY: 'capacity';
RATE: 'rate';
PER: 'per';
ISOLATED: 'isolated';

// Handlers.
VIA: 'via';
AT: 'at';
SENDS: 'sends';
PUBLISHES: 'publishes';
INLINE: 'inline';
ON_FAILURE: 'on_failure';
USES: 'uses';
STARTS: 'starts';
SCHEDULES: 'schedules';
BATCH: 'batch';
UP_TO: 'up_to';
WITHIN: 'within';
IDEMPOTENT: 'idempotent';
IN: 'in';
DECLASSIFY: 'declassify';

// Steps and orchestrators.
UNDO: 'undo';
OR: 'or';
STOP: 'stop';
WHEN: 'when';
UNLESS: 'unless';
CHOOSE: 'choose';
AMONG: 'among';
ELSE: 'else';

// Sagas.
DATA: 'data';
START: 'start';
ON: 'on';
STATE: 'state';
AFTER: 'after';
FINAL: 'final';
OTHERWISE: 'otherwise';
IGNORE: 'ignore';
FAIL: 'fail';

// Publishers and forwards.
TOPIC: 'topic';
BREAKER: 'breaker';
OPENS: 'opens';
PROBES: 'probes';
BUFFER: 'buffer';
ERRORS: 'errors';
TO: 'to';

// Deployments.
STORE: 'store';
BROKER: 'broker';
ENV: 'env';
LISTENS: 'listens';
CHANNELS: 'channels';
PARTITIONS: 'partitions';

// Scenarios.
GIVEN: 'given';
ADVANCE: 'advance';
EXPECT: 'expect';
NO: 'no';

ID: [a-zA-Z_] [a-zA-Z0-9_]*;

INTEGER: DIGITS;
DECIMAL: DIGITS '.' DIGITS;
PERCENTAGE: DIGITS ('.' DIGITS)? '%';
MEASURE: DIGITS ('.' DIGITS)? [a-zA-Z] [a-zA-Z0-9_]*;   // 30s, 64KiB: the parser knows the units
STRING: '"' (ESCAPE | ~["\\\r\n])* '"';
UNCLOSED_STRING: '"' (ESCAPE | ~["\\\r\n])* '\\'?;
fragment DIGITS: [0-9] [0-9_]*;
fragment ESCAPE: '\\' ~[\r\n];

LBRACE: '{';
RBRACE: '}';
LPAREN: '(';
RPAREN: ')';
LBRACKET: '[';
RBRACKET: ']';
RANGE: '..';
ARROW: '->';
COLON: ':';
COMMA: ',';
DOT: '.';
EQUALS: '=';
DOUBLE_EQUALS: '==';
NOT_EQUALS: '!=';
QUESTION: '?';
AT_SIGN: '@';
MINUS: '-';
BAR: '|';

DOCUMENTATION: '///' ~[\r\n]* -> channel(HIDDEN);
COMMENT: '//' ~[\r\n]* -> channel(HIDDEN);
SPACE: [ \t\r\n]+ -> skip;

BAD: . ;
