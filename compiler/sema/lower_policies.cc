#include <algorithm>
#include <array>
#include <map>

#include "diagnostics/catalog.h"
#include "model/names.h"
#include "model/type_rules.h"
#include "sema/bounds.h"
#include "sema/cron.h"
#include "sema/expressions.h"
#include "sema/policies.h"

namespace flowc::sema {
namespace {

constexpr std::uint64_t kBatchMax = 100'000;         // held in memory, all of them
constexpr std::int64_t kPeriodLeast_us = 1'000'000;  // a schedule is no busy loop

/// A part of a string literal, by offsets into its value; all of it when escapes make the two
/// differ.
Span part_of(const State& state, const ast::Text& text, std::size_t begin, std::size_t end) {
  const std::string_view written = state.sources.text(text.span);
  if (written.size() != text.value.size() + 2) return text.span;
  const std::uint32_t start = text.span.begin + 1;
  return {text.span.file, start + static_cast<std::uint32_t>(begin),
          start + static_cast<std::uint32_t>(end)};
}

/// False, and reported, if the text is no cron that ever comes.
bool check_cron(State& state, const ast::Text& text) {
  const auto parsed = parse_cron(text.value);
  if (const auto* mistake = std::get_if<CronMistake>(&parsed)) {
    if (mistake->fields) {
      auto diagnostic = state.reporter.error(kCronFields, text.span, *mistake->fields);
      if (text.value.starts_with('@')) {
        diagnostic.help("write the fields: `@daily` is `0 0 * * *`");
      } else {
        diagnostic.help(*mistake->fields == 6
                            ? "minute, hour, day of the month, month, day of the week: there are "
                              "no seconds; `every 10s` has them"
                            : "minute, hour, day of the month, month, day of the week: "
                              "`0 3 * * mon`");
      }
      return false;
    }
    const Span at = part_of(state, text, mistake->begin, mistake->end);
    state.reporter.error(kBadCronField, at, mistake->found, mistake->wanted)
        .did_you_mean(at, mistake->found, mistake->candidates);
    return false;
  }
  if (const auto why = never_comes(std::get<Cron>(parsed))) {
    state.reporter.error(kCronNeverFires, text.span, text.value, *why);
    return false;
  }
  return true;
}

bool check_zone(State& state, const ast::Text& text) {
  if (is_zone(text.value)) return true;
  auto diagnostic = state.reporter.error(kBadZone, text.span, text.value);
  const std::size_t slash = text.value.find('/');
  const std::string area = text.value.substr(0, slash);
  const std::vector<std::string> areas = zone_areas();
  const bool known = std::find(areas.begin(), areas.end(), area) != areas.end();
  // An area that is right does not mend a city that is not.
  if (slash != std::string::npos && !known && is_zone(areas.front() + text.value.substr(slash)))
    diagnostic.did_you_mean(part_of(state, text, 0, slash), area, areas);
  diagnostic.help("write `UTC`, or an area and a city with their capitals: `Europe/Paris`");
  return false;
}

const std::vector<model::Field>* fields_of(const model::Program& program,
                                           const model::Payload& payload) {
  if (const auto* message = std::get_if<model::MessageId>(&payload.type))
    return &program[*message].fields;
  if (const auto* record = std::get_if<model::RecordId>(&payload.type))
    return &program[*record].fields;
  return nullptr;
}

/// Lowers the policy clauses of one handler.
class Policies {
 public:
  Policies(State& state, const ast::Handler& syntax, const char* on, model::Endpoint& endpoint,
           model::EndpointPlaces& places)
      : state_(state), syntax_(syntax), on_(on), endpoint_(endpoint), places_(places) {}

  void run() {
    if (syntax_.on_failure) on_failure(*syntax_.on_failure);
    if (syntax_.batch) batch(*syntax_.batch);
    if (syntax_.idempotent_by) idempotent(*syntax_.idempotent_by);
  }

 private:
  bool refused(Span at, const char* clause) {
    if (on_ == nullptr) return false;
    auto diagnostic = state_.reporter.error(kClauseHere, at, clause, on_);
    const auto* message = std::get_if<model::MessageId>(&endpoint_.takes.type);
    if (message != nullptr && state_.draft.program[*message].kind != model::MessageKind::query) {
      diagnostic.help("give it a channel, `via NAME`, or drop it");
      state_.draft.doubts.channels = true;  // one that seems unused may be meant
    }
    return true;
  }

  void on_failure(const ast::Name& syntax) {
    if (refused(syntax.span, "`on_failure`")) return;
    using model::OnFailure;
    constexpr std::array kAll{OnFailure::retry, OnFailure::park_key, OnFailure::skip_key,
                              OnFailure::dead_letter, OnFailure::stop_channel};
    std::vector<std::string> names;
    for (const OnFailure one : kAll) {
      names.emplace_back(model::to_string(one));
      if (syntax.text != names.back()) continue;
      endpoint_.on_failure = one;
      places_.on_failure = syntax.span;
      return;
    }
    state_.reporter.error(kUnknownWord, syntax.span, syntax.text, "a policy of `on_failure`")
        .one_of(syntax.span, syntax.text, names);
  }

  void batch(const ast::Batch& syntax) {
    if (std::holds_alternative<model::Nothing>(endpoint_.takes.type)) {
      state_.reporter.error(kClauseHere, syntax.span, "`batch`",
                            "a scheduled handler: it takes no messages");
      return;
    }
    if (refused(syntax.span, "`batch`")) return;
    if (syntax_.gives) {
      state_.reporter
          .error(kClauseHere, syntax.span, "`batch`",
                 "a handler that gives a result: there is one result, and many messages")
          .label(syntax_.gives->span, "the result");
      return;
    }
    model::Batch batch;
    bool fits = in_bounds(state_.reporter, syntax.up_to, "`batch up_to`", 1, kBatchMax);
    if (syntax.within)
      fits = in_bounds(state_.reporter, *syntax.within, "`within` of a batch") && fits;
    if (!fits) return;
    batch.up_to = static_cast<std::uint32_t>(syntax.up_to.value);
    if (syntax.within) batch.within_us = syntax.within->microseconds;
    endpoint_.batch = batch;
  }

  void idempotent(const ast::Name& syntax) {
    const auto* fields = fields_of(state_.draft.program, endpoint_.takes);
    if (fields == nullptr) {
      state_.reporter.error(kClauseHere, syntax.span, "`idempotent by`",
                            "a scheduled handler: it takes no message");
      return;
    }
    for (std::size_t i = 0; i < fields->size(); ++i) {
      if ((*fields)[i].name != syntax.text) continue;
      const model::Field& field = (*fields)[i];
      if (!model::scalar(field.type)) {
        state_.reporter
            .error(kTellsNoRepeats, syntax.span, syntax.text,
                   model::type_name(state_.draft.program, field.type))
            .label(field.span, "declared here")
            .help("name a field that is always there, and is neither a list, a map nor a record");
        return;
      }
      endpoint_.idempotent_by = static_cast<std::uint32_t>(i);
      places_.idempotent = syntax.span;
      return;
    }
    // Fields may be among what could not be read of the message.
    if (places_.guessed || state_.draft.doubts.types) return;
    const auto* message = std::get_if<model::MessageId>(&endpoint_.takes.type);
    if (message != nullptr && state_.draft.message_doubts.contains(*message)) return;
    const auto* record = std::get_if<model::RecordId>(&endpoint_.takes.type);
    if (record != nullptr && fields_lost(state_, *record)) return;
    auto diagnostic =
        state_.reporter.error(kNoSuchField, syntax.span, syntax.text,
                              model::short_name(state_.draft.program, endpoint_.takes));
    diagnostic.label(places_.takes, "takes this");
    offer_fields(diagnostic, syntax.span, syntax.text, names_to_offer(state_, *fields));
  }

  State& state_;
  const ast::Handler& syntax_;
  const char* on_;
  model::Endpoint& endpoint_;
  model::EndpointPlaces& places_;
};

}  // namespace

void lower_policies(State& state, const ast::Handler& syntax, const char* on,
                    model::Endpoint& endpoint, model::EndpointPlaces& places) {
  Policies(state, syntax, on, endpoint, places).run();
}

void lower_schedule(State& state, const ast::Schedule& syntax, model::Endpoint& endpoint) {
  model::Schedule schedule;
  bool fits = true;
  if (syntax.period) {
    fits = in_bounds(state.reporter, *syntax.period, "the period of `every`", kPeriodLeast_us);
    schedule.period_us = syntax.period->microseconds;
    if (syntax.zone) {
      state.reporter.error(kZoneWithoutCron, syntax.zone->span)
          .help("a cron has a time zone: `every \"0 3 * * *\" in \"Europe/Paris\"`");
      fits = false;
    }
  }
  if (syntax.cron) {
    fits = check_cron(state, *syntax.cron);
    schedule.cron = syntax.cron->value;
    if (syntax.zone) {
      fits = check_zone(state, *syntax.zone) && fits;
      schedule.zone = syntax.zone->value;
    }
  }
  if (fits && (syntax.cron || syntax.period)) endpoint.schedule = std::move(schedule);
}

void lower_schedules(State& state, Resolver& resolver, const std::vector<ast::Path>& paths,
                     model::Endpoint& endpoint, model::EndpointPlaces& places) {
  constexpr const char* kWanted = "an event or command";
  std::map<std::uint32_t, Span> seen;
  for (const ast::Path& path : paths) {
    const auto symbol =
        resolver.find(path, {SymbolKind::event, SymbolKind::command, SymbolKind::query}, kWanted);
    if (!symbol || symbol->kind == SymbolKind::query) {
      state.draft.doubts.emitters = true;
      if (!symbol) continue;
      state.reporter.error(kWrongKind, path.span, path.text(), with_article(symbol->kind), kWanted)
          .label(symbol->name, "declared here")
          .help("a query is answered in the call: nobody would wait for the answer");
      continue;
    }
    const auto [first, added] = seen.emplace(symbol->index, path.span);
    if (!added) {
      state.reporter.error(kListedTwice, path.span, path.text(), "`schedules`")
          .label(first->second, "first here");
      continue;
    }
    endpoint.schedules.push_back(model::MessageId{symbol->index});
    places.schedules.push_back(path.span);
  }
}

void lower_old_ids(State& state, const ast::EndpointId& syntax, model::Endpoint& endpoint,
                   model::EndpointPlaces& places) {
  for (const ast::Text& old : syntax.old) {
    if (!check_wire_text(state.reporter, old, "an endpoint id")) continue;
    endpoint.old_ids.push_back(old.value);
    places.old_ids.push_back(old.span);
  }
}

void lower_retired(State& state, const std::vector<ast::Text>& syntax, std::uint32_t component) {
  for (const ast::Text& id : syntax) {
    if (!check_wire_text(state.reporter, id, "an endpoint id")) continue;
    state.draft.program.components[component].retired.push_back(id.value);
    state.draft.retired_places[component].push_back(id.span);
  }
}

}  // namespace flowc::sema
