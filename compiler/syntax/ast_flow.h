#pragma once

#include <optional>
#include <string>
#include <vector>

#include "syntax/ast_contracts.h"
#include "syntax/ast_values.h"

/// What handles messages, and what it goes through: channels, handlers, steps, orchestrators,
/// sagas, publishers.
namespace flowc::ast {
/// `retry now 2, then 6 times exponential 1s..10m jitter 20%`. At least one of `now` and `first` is
/// there; the delayed part is absent as a whole when `first` is.
struct Retry {
  std::optional<Integer> now;
  std::optional<Integer> times;   ///< of the delayed retries; absent: the default
  bool exponential = true;        ///< false: `every D`
  std::optional<Duration> first;  ///< the first delay, or the one of `every`
  std::optional<Duration> most;   ///< the cap of exponential ones
  std::optional<Percent> jitter;
  Span span;
};

/// `rate 50 per 1s`.
struct Rate {
  Integer count;
  Duration period;
  Span span;
};

struct Channel : Declared {
  std::optional<Integer> concurrency;
  std::optional<Span> ordered_by_key;
  std::optional<Retry> retry;
  std::optional<Duration> timeout;
  std::optional<Duration> dead_letter_keep;
  std::optional<Integer> capacity;
  std::optional<Rate> rate;
  std::optional<Span> isolated;
};

/// `at "new" was "old", "older"`.
struct EndpointId {
  Text id;
  std::vector<Text> old;
};

/// `every "0 3 * * *" in "Europe/Paris"`, `every 5m`.
struct Schedule {
  std::optional<Text> cron;
  std::optional<Duration> period;
  std::optional<Text> zone;
  Span span;
};

/// `batch up_to 500 within 50ms`.
struct Batch {
  Integer up_to;
  std::optional<Duration> within;
  Span span;
};

/// `start_matching(OrderPlaced) -> X then y via c at "id" sends A, B publishes C inline`; a step is
/// written alike. Which clause means something where is the analysis' affair.
struct Handler {
  Name name;
  std::string documentation;
  std::optional<Path> takes;  ///< absent: `every` is there, or it was reported
  std::optional<Path> gives;  ///< after `->`
  std::optional<Name> then;
  std::optional<Path> via;
  std::optional<EndpointId> at;
  std::vector<Path> sends;
  std::vector<Path> publishes;
  std::vector<Path> uses;
  std::vector<Path> starts;
  std::vector<Path> schedules;
  std::vector<Name> declassify;
  std::optional<Span> is_inline;
  std::optional<Name> on_failure;
  std::optional<Schedule> every;
  std::optional<Batch> batch;
  std::optional<Name> idempotent_by;
  std::optional<Name> undo;
  std::optional<Span> or_stop;
  bool damaged = false;  ///< a clause could not be read: reported
  Span span;
};

struct Handlers : Declared {
  std::vector<Handler> handlers;
  std::vector<Text> retired;
};

struct Steps : Declared {
  std::vector<Handler> steps;
  std::vector<Text> retired;
};

/// What a header may say of where its messages queue and what they are addressed to.
struct Head {
  std::optional<Path> via;
  std::optional<EndpointId> at;
};

/// `notify unless input.priority`.
struct SlipItem {
  Path step;
  std::optional<Expression> condition;
  bool unless = false;
  Span span;
};

/// `within 3h else publishes LeadExpired { order_id = input.order_id }`.
struct SlipDeadline {
  Duration within;
  std::vector<Emission> emissions;
  Span span;
};

/// `choose among rush_match, notify`.
struct SlipChoice {
  std::vector<Path> steps;
  Span span;
};

struct Orchestrator : Declared {
  std::optional<Path> takes;  ///< absent: reported
  Head head;
  std::vector<SlipItem> items;
  std::optional<SlipDeadline> deadline;
  std::optional<SlipChoice> choice;
};

/// `on ProviderDeclinedLead by event.lead_id -> awaiting | widening`, `after 15m -> widening`.
struct Transition {
  std::optional<Path> on;           ///< one of `on` and `after`
  std::optional<Duration> after;    ///< both absent: it could not be read
  std::optional<Path> correlation;  ///< `event.lead_id`
  std::vector<Name> targets;
  std::vector<Emission> emissions;
  std::string documentation;
  bool damaged = false;
  Span span;
};

struct State {
  Name name;
  std::string documentation;
  std::vector<Transition> transitions;
  bool damaged = false;
  Span span;
};

struct SagaKey {
  Name name;
  std::optional<Type> type;
  Span span;
};

/// `within 2h else expired publishes LeadExpired { order_id }`.
struct SagaDeadline {
  Duration within;
  Name target;
  std::vector<Emission> emissions;
  Span span;
};

struct Saga : Declared {
  Head head;
  std::optional<SagaKey> key;
  std::vector<Field> data;
  std::optional<Span> data_span;  ///< of the first `data`
  std::vector<Transition> starts;
  std::vector<State> states;
  std::optional<SagaDeadline> deadline;
  std::vector<Name> finals;
  enum class Otherwise { unsaid, ignore, fail } otherwise = Otherwise::unsaid;
  std::optional<Span> otherwise_span;
};

/// `breaker opens after 5, probes every 10s`.
struct Breaker {
  Integer failures;
  std::optional<Duration> probe;
  Span span;
};

struct Publisher : Declared {
  std::optional<Text> topic;
  std::optional<Retry> retry;
  std::optional<Breaker> breaker;
  std::optional<Integer> buffer;
  std::optional<Path> errors;
};

/// `forward LeadAccepted to partner_x, partner_y declassify(customer)`.
struct Forward {
  Path message;
  std::vector<Path> publishers;
  Head head;
  std::optional<Path> service;  ///< `in provider`
  std::vector<Name> declassify;
  std::string documentation;
  bool damaged = false;
  Span span;
};

/// `translate marketplace.customer.OrderPlaced -> LeadRequested { order_id }`.
struct Translate {
  Path from;
  Path to;
  Head head;
  std::optional<Path> service;  ///< `in provider`
  Mapping mapping;
  std::string documentation;
  bool damaged = false;
  Span span;
};

}  // namespace flowc::ast
